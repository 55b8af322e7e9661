namespace AutoScaling.Simulation.Tests.Loads;

public sealed class RecordedLoadTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);

    private static readonly ScalingPolicy Policy = new() { Target = "web" };

    [Fact]
    public void FromRecords_MissingStaleAndRepeatedReadings_AreSkipped()
    {
        var trace = LoadTrace.FromRecords(
        [
            Record(0, MetricReading.Missing("request_rate", "the source returned no such metric")),
            Record(30, Rate(20, 5)),
            Record(60, MetricReading.Failed("request_rate", "Prometheus answered 503")),
            Record(90, Rate(20, 5)),
            Record(120, Rate(20, 5).AsStale("it is too old")),
            Record(150, Rate(150, 7)),
            Record(180, null),
            Record(210, Rate(210, 0)),
        ]);

        Assert.Equal(("web request_rate", Start.AddSeconds(20)), (trace.Name, trace.Start));
        Assert.Equal([new(TimeSpan.Zero, 5), new(TimeSpan.FromSeconds(130), 7), new(TimeSpan.FromSeconds(190), 0)], trace.Points);
    }

    [Theory]
    [InlineData("cpu", null, 150)]
    [InlineData("memory@k8s", null, 150)]
    [InlineData("latency", null, 50)]
    [InlineData("sessions", true, 150)]
    [InlineData("cpu", false, 50)]
    public void FromRecords_AverageOverReplicas_IsMultipliedByTheReadyOnes(string metric, bool? perReplica, double load)
    {
        var record = Record(0, MetricReading.Available(metric, 50, Start), ready: 3);
        Assert.Equal([new(TimeSpan.Zero, load)], LoadTrace.FromRecords([record], metric: metric, perReplica: perReplica).Points);
    }

    [Fact]
    public void FromRecords_AverageOverNoReplica_IsSkipped()
    {
        var trace = LoadTrace.FromRecords([Record(0, Cpu(0, 50), ready: 0), Record(30, Cpu(30, 60), ready: 2)], metric: MetricRef.Cpu);
        Assert.Equal([new(TimeSpan.Zero, 120)], trace.Points);
    }

    [Fact]
    public void FromRecords_SeveralTargets_TakesTheNamedOne()
    {
        ScalingRecord[] records = [Record(0, Rate(0, 1)), Record(0, Rate(0, 2)) with { Target = "api" }];

        Assert.Equal([new(TimeSpan.Zero, 2)], LoadTrace.FromRecords(records, "api").Points);
        AssertWrong("A load must be of one target, but the records are of 'api', 'web': name the one.", () => LoadTrace.FromRecords(records));
        AssertWrong("There is no record of 'db': the records are of 'api', 'web'.", () => LoadTrace.FromRecords(records, "db"));
    }

    [Fact]
    public void FromRecords_NothingToRead_SaysWhatThereIs()
    {
        AssertWrong("A load must be made of at least 1 record, but there is none.", () => LoadTrace.FromRecords([]));
        AssertWrong("The records of 'web' hold no reading of 'request_rate'; the metrics in them are 'cpu'.", () => LoadTrace.FromRecords([Record(0, Cpu(0, 50))]));
        AssertWrong("The records of 'web' hold no reading of 'request_rate'; they hold none at all.", () => LoadTrace.FromRecords([Record(0, null)]));
    }

    [Fact]
    public void FromRecords_NegativeReading_IsNoLoad() => AssertWrong(
        "The readings of 'request_rate' of 'web' must be at least 0 to be a load, but at 2026-03-04 05:00:30Z it is -2.",
        () => LoadTrace.FromRecords([Record(0, Rate(0, 1)), Record(30, Rate(30, -2))]));

    [Fact]
    public void ReadDecisionLog_WrittenLog_GivesTheLoadBack()
    {
        using var file = new TemporaryFile("decisions.jsonl", "");
        using (var log = new DecisionLog(file.Path))
        {
            log.OnEvaluated(Record(0, Rate(0, 1.25)));
            log.OnEvaluated(Record(30, Rate(30, 2)));
        }

        var trace = LoadTrace.ReadDecisionLog(file.Path);
        Assert.Equal([new(TimeSpan.Zero, 1.25), new(TimeSpan.FromSeconds(30), 2)], trace.Points);
        Assert.Equal(trace.Points, LoadTrace.Read(file.Path).Points);
        AssertWrong($"Load trace '{file.Path}': There is no record of 'api': the records are of 'web'.", () => LoadTrace.ReadDecisionLog(file.Path, "api"));
    }

    [Fact]
    public void ReadDecisionLog_BrokenLine_NamesIt()
    {
        using var file = new TemporaryFile("decisions.jsonl", "{\n");
        var error = Assert.Throws<ScalingException>(() => LoadTrace.ReadDecisionLog(file.Path));
        Assert.StartsWith($"The line 1 of '{file.Path}' cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    private static MetricReading Rate(double at, double value) => MetricReading.Available("request_rate", value, Start.AddSeconds(at));

    private static MetricReading Cpu(double at, double value) => MetricReading.Available("cpu", value, Start.AddSeconds(at));

    private static ScalingRecord Record(double at, MetricReading? reading, int ready = 1) => new()
    {
        Target = "web",
        At = Start.AddSeconds(at),
        Policy = Policy,
        State = ScalingState.New,
        Observation = reading is null ? null : new() { Replicas = ReplicaStatus.AllReady(ready), Metrics = new(reading) },
    };

    private static void AssertWrong(string sentence, Func<object> act) => Assert.Equal([sentence], Assert.Throws<ScalingException>(act).Errors);
}
