using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Simulation.Tests.Replay;

/// <summary>Logs that the loop wrote, as they are and tampered with.</summary>
public sealed class DecisionReplayTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "decisions.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_LogOfALoopWithManyEvaluations_IsIdentical()
    {
        await LogAsync(400, Start, async (autoScaler, i) =>
        {
            if (i == 50) await autoScaler.ScaleAsync("web", 11, cancellationToken: Stop);
            if (i == 120) autoScaler.SetPolicy(new() { Target = "web", Range = new(2, 12), Behavior = ScalingBehavior.Immediate });
            if (i == 300) autoScaler.Disable("api");
        });

        var records = DecisionLog.Read(Path).ToList();
        Assert.Contains(records, r => r.Decision is { Direction: ScaleDirection.Down, To: > 0 });
        Assert.Contains(records, r => r.Decision is { Steps.IsEmpty: false });
        Assert.Contains(records, r => !r.Shadows.IsEmpty);
        var result = DecisionReplay.Run(records);
        Assert.Null(result.FirstDifference);
        Assert.Equal((records.Count, records.Count - 1), (result.Records, result.Decisions));
        Assert.InRange(result.Decisions, 500, 800);
    }

    [Fact]
    public async Task Run_TwoRunsInOneLog_AreIdentical()
    {
        await LogAsync(60, Start);
        await LogAsync(60, Start + TimeSpan.FromDays(1));
        var result = DecisionReplay.Run(DecisionLog.Read(Path));
        Assert.Equal((240, 240, null), (result.Records, result.Decisions, result.FirstDifference));
    }

    [Fact]
    public async Task Run_FailedEvaluations_HoldNothingToDecide()
    {
        var scaler = new FailingScaler();
        await LogAsync(4, Start, build: b => b.UseScaler(_ => scaler).UseMetrics(_ => new ConstantMetrics(TimeProvider.System, 50)));
        var result = DecisionReplay.Run(DecisionLog.Read(Path));
        Assert.Equal((8, 0, null), (result.Records, result.Decisions, result.FirstDifference));
    }

    [Fact]
    public void Run_NoRecords_IsNoDifference() => Assert.Equal(new ReplayResult { Records = 0, Decisions = 0 }, DecisionReplay.Run([]));

    [Fact]
    public async Task Run_DecisionWasChanged_SaysThatNothingElseLeadsToIt()
    {
        Write(await Constant(90, 3));
        Edit(2, line => line["decision"]!["to"] = 5);
        AssertDifference(
            2,
            "web at 2026-01-01 12:00:30Z: the log says 6 to 5 replicas, the engine says 6 to 6. "
            + "All that leads to the decision is the same, so the log's decision was changed, or the engine is another version.");
    }

    [Fact]
    public async Task Run_ReadingWasChanged_SaysWhichRuleReadWhat()
    {
        Write(await Constant(90, 3));
        Edit(1, line => line["observation"]!["metrics"]![0]!["value"] = 60);
        AssertDifference(
            1,
            "web at 2026-01-01 12:00:00Z: the log says 4 to 6 replicas, the engine says 4 to 4. "
            + "Rule 'threshold' asks for 4 instead of 6: its reading is 60 instead of 90. "
            + "So the observation is not the one that it was decided on, or the log's decision was changed.");
    }

    [Fact]
    public async Task Run_ReadingWasTakenAway_SaysThatTheRuleCannotSay()
    {
        Write(await Constant(90, 3));
        Edit(1, line => line["observation"]!["metrics"] = new JsonArray());
        AssertDifference(
            1,
            "web at 2026-01-01 12:00:00Z: the log says 4 to 6 replicas, the engine says 4 to 4. "
            + "Rule 'threshold' cannot say (the source returned no such metric), and in the log it asks for 6. "
            + "So the observation is not the one that it was decided on, or the log's decision was changed.");
    }

    [Fact]
    public async Task Run_ReplicasWereChanged_SaysHowManyThereAre()
    {
        Write(await Constant(50, 3));
        Edit(3, line => line["observation"]!["replicas"]!["desired"] = 5);
        Assert.Contains("The observation has 5 desired replicas, the log's decision 4.", Difference(3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PolicyWasChanged_SaysWhereItIs()
    {
        Write(await Constant(65, 3));
        Edit(1, line => line["policy"]!["cpuTarget"] = 60);
        AssertDifference(
            1,
            "web at 2026-01-01 12:00:00Z: the log says 4 to 4 replicas, the engine says 4 to 6. "
            + "Rule 'threshold' asks for 6 instead of 4: its target is 60 instead of 70, it asks for more above 60 instead of 70, it asks for fewer below 30 instead of 35. "
            + "So the policy, which is in record 1, is not the one that it was decided with, or the log's decision was changed.");
    }

    [Fact]
    public async Task Run_RulesAndRangeWereChanged_SaysWhich()
    {
        Write(await Constant(90, 3));
        Edit(1, line => line["policy"] = JsonNode.Parse("""{ "service": "web", "max": 5, "rules": [ { "type": "fixed", "replicas": 9 } ] }"""));
        AssertDifference(
            1,
            "web at 2026-01-01 12:00:00Z: the log says 4 to 6 replicas, the engine says 4 to 5. The rules are 'fixed' instead of 'threshold'. "
            + "The range is 1 to 5 instead of 1 to 20. The range makes 5 of 9, and in the log it does nothing. "
            + "So the policy, which is in record 1, is not the one that it was decided with, or the log's decision was changed.");
    }

    [Fact]
    public async Task Run_WhatWasRememberedWasChanged_SaysWhichGuard()
    {
        Write(await Constant(90, 3));
        Edit(1, line => line["state"] = JsonNode.Parse("""{ "since": "2026-01-01T11:00:00Z", "highs": [], "lows": [], "lastScaleUp": "2026-01-01T11:59:00Z" }"""));
        AssertDifference(
            1,
            "web at 2026-01-01 12:00:00Z: the log says 4 to 6 replicas, the engine says 4 to 4. "
            + "The cooldown makes 4 of 6, and in the log it does nothing. "
            + "The rules say the same, so what was remembered or the policy's behavior is not what it was decided with, or the engine is another version.");
    }

    [Fact]
    public async Task Run_CooldownOfThePolicyWasChanged_SaysUntilWhen()
    {
        Write(await Constant(90, 3));
        Edit(1, line => line["policy"]!["behavior"] = JsonNode.Parse("""{ "scaleUp": { "cooldown": "2m" } }"""));
        AssertDifference(
            2,
            "web at 2026-01-01 12:00:30Z: the log and the engine say 6 to 6 replicas, but not for the same reasons. "
            + "The cooldown holds until 2026-01-01 12:02:00Z instead of 2026-01-01 12:05:00Z. "
            + "The rules say the same, so what was remembered or the policy's behavior is not what it was decided with, or the engine is another version.");
    }

    [Fact]
    public async Task Run_ProjectionWasChanged_SaysWhatIsProjectedNow()
    {
        Write(await Constant(34, 3, p => p with { Behavior = ScalingBehavior.Immediate with { FlapGuard = true }, Rules = [new ThresholdRule { CpuTarget = 70, MemoryTarget = 80 }] }, memory: 61));
        Assert.Null(DecisionReplay.Run(DecisionLog.Read(Path)).FirstDifference);
        Edit(2, line => line["decision"]!["projection"]!["value"] = 99);
        AssertDifference(
            2,
            "web at 2026-01-01 12:00:30Z: the log and the engine say 4 to 4 replicas, but not for the same reasons. "
            + "The flap guard supposes that memory would be 81.33333333333333 with 3 instead of that memory would be 99 with 3. "
            + "The rules say the same, so what was remembered or the policy's behavior is not what it was decided with, or the engine is another version.");
    }

    [Fact]
    public async Task Run_OneOfSeveralTargetsWasChanged_CountsTheLinesOfAll()
    {
        await LogAsync(30, Start);
        var line = (await File.ReadAllLinesAsync(Path, Stop)).Select((text, i) => (text, i)).Last(l => l.text.Contains("\"target\":\"api\"", StringComparison.Ordinal)).i + 1;
        Edit(line, l => l["decision"]!["recommended"] = 77);
        var difference = DecisionReplay.Run(DecisionLog.Read(Path)).FirstDifference!;
        Assert.Equal((line, "api", 77), (difference.Record, difference.Decided.Target.Name, difference.Logged.Recommended));
        Assert.StartsWith("api at ", difference.Why, StringComparison.Ordinal);
        Assert.Contains($"Together the rules ask for {difference.Decided.Recommended} instead of 77.", difference.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ObservationIsGone_IsOneSentence()
    {
        Write(await Constant(90, 2));
        Edit(2, line => line.Remove("observation"));
        Assert.Equal(
            "Record 2 (web at 2026-01-01 12:00:30Z) must hold an observation to be decided again, but holds a decision alone.",
            Assert.Throws<ScalingException>(() => DecisionReplay.Run(DecisionLog.Read(Path))).Message);
    }

    [Fact]
    public async Task Run_RuleThrows_NamesTheRecord()
    {
        var records = await Constant(90, 2);
        records[1] = records[1] with { Policy = new() { Target = "web", Rules = [new BrokenRule()] } };
        Assert.Equal(
            "Record 2 (web at 2026-01-01 12:00:30Z) cannot be decided again: the rule has a bug.",
            Assert.Throws<ScalingException>(() => DecisionReplay.Run(records)).Message);
    }

    [Fact]
    public async Task Run_RuleTypeIsNotGiven_SaysWhichLineNeedsIt()
    {
        Write(await Constant(90, 2));
        Edit(1, line => line["policy"]!["rules"] = JsonNode.Parse("""[ { "type": "night" } ]"""));
        Assert.Equal(
            $"The policy in line 1 of '{Path}' cannot be read: rules[0]: Type must be targetTracking, backlog, step, schedule, forecast, latency, concurrency, fixed or threshold, but is 'night'.",
            Assert.Throws<ScalingException>(() => DecisionReplay.Run(DecisionLog.Read(Path))).Message);
    }

    [Fact]
    public async Task Run_DifferentDecisionOfAShadow_IsNoneOfTheReplay()
    {
        await LogAsync(10, Start);
        var line = (await File.ReadAllLinesAsync(Path, Stop)).Select((text, i) => (text, i)).First(l => l.text.Contains("\"shadows\":[{\"name\"", StringComparison.Ordinal)).i + 1;
        Edit(line, l => l["shadows"]![0]!["decision"]!["to"] = 19);
        Assert.Null(DecisionReplay.Run(DecisionLog.Read(Path)).FirstDifference);
    }

    /// <summary>A run of the loop on made-up metrics, whose records go to the log.</summary>
    private async Task LogAsync(int ticks, DateTimeOffset start, Func<IAutoScaler, int, Task>? each = null, Action<AutoScalingBuilder>? build = null)
    {
        var time = new FakeTimeProvider(start);
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time);
        ScalingPolicy web = new() { Target = "web", Range = new(1, 20), Interval = TimeSpan.FromSeconds(15), Rules = [new ThresholdRule { CpuTarget = 60, MemoryTarget = 60 }] };
        var builder = services.AddAutoScaling(o => (o.RunLoop, o.StartJitter) = (false, 0))
            .UseSimulation(new() { Variation = 1, Period = TimeSpan.FromMinutes(20), Seed = 7 })
            .AddPolicy(web with { Shadows = [new() { Name = "lower", Policy = web with { Rules = [new ThresholdRule { CpuTarget = 40 }] } }] })
            .AddPolicy(new ScalingPolicy
            {
                Target = "api",
                Range = new(1, 50),
                Interval = TimeSpan.FromSeconds(15),
                Behavior = ScalingBehavior.Kubernetes,
                Rules =
                [
                    new TargetTrackingRule { Metric = "cpu", Target = 60 },
                    new ScheduleRule { Start = "10 12 * * *", End = "20 12 * * *", Replicas = 9, TimeZone = "UTC" },
                ],
            })
            .LogDecisionsTo(Path);
        build?.Invoke(builder);
        await using var provider = services.BuildServiceProvider();
        var autoScaler = provider.GetRequiredService<IAutoScaler>();
        for (var i = 0; i < ticks; i++)
        {
            await autoScaler.TickAsync(Stop);
            if (each is not null) await each(autoScaler, i);
            time.Advance(TimeSpan.FromSeconds(15));
        }
    }

    /// <summary>The records of one target, 4 replicas at first, whose CPU use is always the same.</summary>
    private static async Task<List<ScalingRecord>> Constant(double cpu, int ticks, Func<ScalingPolicy, ScalingPolicy>? configure = null, double? memory = null)
    {
        var time = new FakeTimeProvider(Start);
        var records = new List<ScalingRecord>();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time);
        services.AddAutoScaling(o => (o.RunLoop, o.StartJitter) = (false, 0))
            .UseScaler(_ => new FakeScaler(time, 4))
            .UseMetrics(_ => new ConstantMetrics(time, cpu, memory))
            .AddPolicy("web", p => (configure?.Invoke(p) ?? p) with { Range = new(1, 20) })
            .OnEvaluated(records.Add);
        await using var provider = services.BuildServiceProvider();
        for (var i = 0; i < ticks; i++)
        {
            await provider.GetRequiredService<IAutoScaler>().TickAsync(Stop);
            time.Advance(TimeSpan.FromSeconds(30));
        }

        return records;
    }

    private void Write(IEnumerable<ScalingRecord> records)
    {
        using var log = new DecisionLog(Path);
        foreach (var record in records) log.OnEvaluated(record);
    }

    private void Edit(int line, Action<JsonObject> change)
    {
        var lines = File.ReadAllLines(Path);
        var node = JsonNode.Parse(lines[line - 1])!.AsObject();
        change(node);
        lines[line - 1] = node.ToJsonString();
        File.WriteAllLines(Path, lines);
    }

    private string Difference(int line)
    {
        var result = DecisionReplay.Run(DecisionLog.Read(Path));
        Assert.Equal((3, 3, line), (result.Records, result.Decisions, result.FirstDifference?.Record));
        return result.FirstDifference!.Why;
    }

    private void AssertDifference(int line, string why) => Assert.Equal(why, Difference(line));

    private sealed class ConstantMetrics(TimeProvider time, double cpu, double? memory = null) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => new(ServiceMetrics.Of(time.GetUtcNow(), cpu, memory));
    }

    private sealed class FailingScaler : IScaler
    {
        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) => throw new InvalidOperationException("the cluster is away");

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) => new(ScaleOutcome.Applied);
    }

    private sealed record BrokenRule : ScalingRule
    {
        public override string Name { get; init; } = "broken";

        public override Recommendation Recommend(in RuleContext context) => throw new InvalidOperationException("the rule has a bug.");
    }
}
