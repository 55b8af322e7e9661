using System.Text.Json;

namespace AutoScaling.Tests.Deciding;

/// <summary>Values are equal when their contents are, and go through System.Text.Json and back without help.</summary>
public sealed class ValueTests
{
    [Fact]
    public void Equals_SameContents_Are()
    {
        AssertEqual(Policy);
        AssertEqual(() => Policy().Behavior);
        AssertEqual(() => Policy().Rules[1]);
        AssertEqual(Observation);
        AssertEqual(() => Observation().Metrics);
        AssertEqual(() => Observation().Metrics[0]);
        AssertEqual(Decision);
        AssertEqual(State);
        AssertEqual(Record);
    }

    [Fact]
    public void Equals_OtherContents_AreNot()
    {
        Assert.NotEqual(Policy(), Policy() with { Rules = [.. Policy().Rules.Reverse()] });
        Assert.NotEqual(Policy(), Policy() with { Shadows = [] });
        Assert.NotEqual(Observation(), Observation() with { Metrics = ServiceMetrics.Empty });
        Assert.True(Observation().Metrics != ServiceMetrics.Empty);
        Assert.NotEqual(Decision(), ScalingDecisionEngine.Decide(Policy(), ScalingState.New, Observation(), Story.At(1)));
        Assert.NotEqual(State(), State().After(Decision(), ScaleOutcome.Applied));
        Assert.NotEqual(State(), ScalingState.New);
    }

    [Fact]
    public void Json_OfStateAndDecision_IsTheirOwn()
    {
        AssertJson(Decision());
        AssertJson(State());
        AssertJson(Observation());
        AssertJson(ScaleOutcome.Doubtful("so"));
        Assert.Equal(Decision().ToJson(), JsonSerializer.Serialize(Decision()));
        Assert.Equal(State().ToJson(), JsonSerializer.Serialize(State()));
        using var document = JsonDocument.Parse(JsonSerializer.Serialize(Decision()));
        Assert.Equal(Decision().Explain(), document.RootElement.GetProperty("explanation").GetString());
        Assert.Equal("Metrics", document.RootElement.GetProperty("cause").GetString());
    }

    [Theory]
    [InlineData("""{ "target": "web" }""", "The decision cannot be read: it has no time (at).")]
    [InlineData("""{ "target": "web", "at": "2026-01-01T12:00:00Z", "from": 1 }""", "The decision cannot be read: it has no counts (from, to).")]
    [InlineData("""{ "target": "web", "at": "2026-01-01T12:00:00Z", "from": 1, "to": 2 }""", "The decision cannot be read: it has no range.")]
    [InlineData("""{ "target": "web", "at": "2026-01-01T12:00:00Z", "from": 1, "to": 2, "range": { "min": 1, "max": 5 } }""", "The decision cannot be read: it has no recommendations.")]
    public void FromJson_HalfADecision_IsRefused(string json, string sentence)
    {
        Assert.Equal(sentence, Assert.Throws<ScalingException>(() => ScalingDecision.FromJson(json)).Message);
        Assert.Equal(sentence, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ScalingDecision>(json)).Message);
    }

    [Theory]
    [InlineData("""{ "since": "2026-01-01T12:00:00Z" }""", "it has no highs")]
    [InlineData("""{ "since": "2026-01-01T12:00:00Z", "highs": [] }""", "it has no lows")]
    [InlineData("""{ "lastWritten": 3 }""", "it has a past, but no time since when")]
    [InlineData("""{ "version": 2 }""", "version must be 1, but is 2")]
    [InlineData("""{ "since": "2026-01-01T12:00:00Z", "highs": [ { "at": "2026-01-01T12:00:00Z", "replicas": 5 }, { "at": "2026-01-01T12:00:01Z", "replicas": 9 } ], "lows": [] }""", "highs must be listed newest first, but are not")]
    [InlineData("""{ "since": "2026-01-01T12:00:00Z", "highs": [ { "at": "2026-01-01T12:00:01Z", "replicas": 9 }, { "at": "2026-01-01T12:00:00Z", "replicas": 5 } ], "lows": [] }""", "highs must hold only what may still count, but hold more")]
    [InlineData("""{ "since": "2026-01-01T12:00:00Z", "highs": [], "lows": [], "consecutiveFailures": -1 }""", "consecutiveFailures must be at least 0, but is -1")]
    [InlineData("""{ "since": "2026-01-01T12:00:00Z", "highs": [], "lows": [], "intent": { "at": "2026-01-01T12:00:00Z", "from": 3, "to": 3 } }""", "intent must go from one count to another, but goes from 3 to 3")]
    public void FromJson_HalfAState_IsRefused(string json, string why)
    {
        Assert.Equal($"The state cannot be read: {why}.", Assert.Throws<ScalingException>(() => ScalingState.FromJson(json)).Message);
        Assert.Equal($"The state cannot be read: {why}.", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ScalingState>(json)).Message);
    }

    [Theory]
    [InlineData("""{ "sinse": "2026-01-01T12:00:00Z" }""")]
    [InlineData("""{ "since": "2026-01-01T12:00:00Z", "highs": [ { "replicas": 5 } ], "lows": [] }""")]
    public void FromJson_UnknownOrMissingMembers_AreRefused(string json) =>
        Assert.StartsWith("The state cannot be read: ", Assert.Throws<ScalingException>(() => ScalingState.FromJson(json)).Message, StringComparison.Ordinal);

    internal static ScalingPolicy Policy() => new()
    {
        Target = "web",
        Range = new(1, 20),
        Rules =
        [
            new ThresholdRule { CpuTarget = 60 },
            new StepRule { Metric = "queue@app", Steps = [new() { From = 80, Amount = 1 }, new() { Below = 30, Amount = -1 }] },
            new ScheduleRule { Start = "0 8 * * *", End = "0 18 * * *", Replicas = 2 },
        ],
        Behavior = ScalingBehavior.Kubernetes with { FlapGuard = true },
        Shadows = [new() { Name = "calm", Policy = new() { Target = "web", Rules = [new FixedRule { Replicas = 2 }] } }],
    };

    private static ScalingObservation Observation() => new()
    {
        Replicas = new() { Desired = 3, Ready = 2, Starting = 1, Members = [new() { Name = "a", Phase = ReplicaPhase.Running }] },
        Metrics = new(
            MetricReading.Available("cpu", 90, Story.Start, [new("a", 0.5, 1, Story.Start, TimeSpan.FromSeconds(15))]),
            MetricReading.Failed("queue@app", "it answered 503")),
        Headroom = new() { Most = 4, Because = "so" },
    };

    private static ScalingDecision Decision() => ScalingDecisionEngine.Decide(Policy(), ScalingState.New, Observation(), Story.Start);

    private static ScalingState State() => ScalingState.New.After(Decision(), ScaleOutcome.Doubtful("so"));

    private static ScalingRecord Record() => new()
    {
        Target = "web",
        At = Story.Start,
        Policy = Policy(),
        State = ScalingState.New,
        Observation = Observation(),
        Decision = Decision(),
        Outcome = ScaleOutcome.Doubtful("so"),
        Shadows = [new() { Name = "calm", Decision = Decision(), Differs = true }],
        Next = State(),
    };

    private static void AssertEqual<T>(Func<T> make)
        where T : class, IEquatable<T>
    {
        Assert.NotSame(make(), make());
        Assert.True(make().Equals(make()));
        Assert.Equal(make().GetHashCode(), make().GetHashCode());
    }

    private static void AssertJson<T>(T value) => Assert.Equal(value, JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value)));
}
