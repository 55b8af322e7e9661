using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>What the log of the loop says, and how often.</summary>
public sealed class EvaluationLogTests : IDisposable
{
    private readonly FakeLogCollector _log = new();
    private TestSystem? _system;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What is told by default, without traces.</summary>
    private IEnumerable<string> Told => _log.GetSnapshot().Where(r => r.Level >= LogLevel.Information).Select(r => $"{r.Level}: {r.Message}");

    [Fact]
    public async Task Evaluation_FailsForOneReasonAfterTheOther_TellsEachOnceAndThatItIsOver()
    {
        var system = System(b => b.AddPolicy("web"));
        foreach (var missing in new[] { "may not list deployments", "may not list deployments", "may not list pods", "may not list pods" })
        {
            system.Scaler.Read = (_, _) => throw new ScalingException(ScalingErrorKind.ScalingFailed, $"it {missing}.");
            await Ticks(1);
        }

        system.Scaler.Read = null;
        await Ticks(2);
        Assert.Equal(
            [
                "Warning: web could not be evaluated: it may not list deployments",
                "Warning: web could not be evaluated: it may not list pods",
                "Information: web can be evaluated again.",
            ],
            Told);
        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Warning, LogLevel.Debug], Levels(6));
        Assert.All(_log.GetSnapshot(), r => Assert.Null(r.Exception));

        system.Scaler.Read = (_, _) => throw new InvalidOperationException("it may not list pods.");
        await Ticks(1);
        Assert.Equal(LogLevel.Warning, _log.LatestRecord.Level);
        Assert.IsType<InvalidOperationException>(_log.LatestRecord.Exception);
    }

    [Fact]
    public async Task Readings_MissingForLong_AreToldOnceWithTheirReasonAndWhenTheyAreBack()
    {
        var system = System(b => b.AddPolicy("web"));
        system.Metrics.Answer = (_, _) => new(new ServiceMetrics(MetricReading.Missing("cpu", "no adapter is installed")));
        await Ticks(1);
        Assert.Empty(Told);
        await Ticks(3);
        system.Metrics.Answer = (_, _) => new(new ServiceMetrics(MetricReading.Missing("cpu", "the adapter has no value")));
        await Ticks(2);
        system.Metrics.Answer = (_, _) => new(ServiceMetrics.Of(system.Time.GetUtcNow(), 50));
        await Ticks(2);
        Assert.Equal(
            [
                "Warning: web: cpu cannot be used (no adapter is installed). Meanwhile no rule scales it down.",
                "Warning: web: cpu cannot be used (the adapter has no value). Meanwhile no rule scales it down.",
                "Information: The rules of web have all the readings that they need again.",
            ],
            Told);
    }

    [Fact]
    public async Task Readings_MissingOnce_AreNotWorthAWord()
    {
        var system = System(b => b.AddPolicy("web"));
        for (var i = 0; i < 6; i++)
        {
            system.Metrics.Answer = (_, _) => new(i % 2 == 0 ? ServiceMetrics.Empty : ServiceMetrics.Of(system.Time.GetUtcNow(), 50));
            await Ticks(1);
        }

        Assert.Empty(Told);
        Assert.Equal([LogLevel.Debug, LogLevel.Debug, LogLevel.Debug], Levels(7));
    }

    [Fact]
    public async Task Readings_AnotherOneIsMissingOnce_OnlyWhatLastsIsTold()
    {
        var missing = new List<string> { "a" };
        var system = System(b => b.AddPolicy(new ScalingPolicy { Target = "web", Rules = [Keep("a"), Keep("b")] }));
        List<string> all = ["a", "b"];
        system.Metrics.Answer = (_, _) => new(new ServiceMetrics(
            [.. all.Select(m => missing.Contains(m) ? MetricReading.Missing(m, "it is not there") : MetricReading.Available(m, 5, system.Time.GetUtcNow()))]));
        await Ticks(2);
        missing.Add("b");
        await Ticks(1);
        missing.Remove("b");
        await Ticks(1);
        Assert.Equal("Warning: web: a cannot be used (it is not there). Meanwhile no rule scales it down.", Assert.Single(Told));

        missing.Add("b");
        await Ticks(2);
        Assert.Equal("Warning: web: a cannot be used (it is not there); b cannot be used (it is not there). Meanwhile no rule scales it down.", Told.Last());
        Assert.Equal(2, Told.Count());

        static TargetTrackingRule Keep(string metric) => new() { Metric = metric, Kind = TargetKind.TotalValue, Target = 5 };
    }

    [Fact]
    public async Task Readings_GetOlderAndOlder_AreToldOnce()
    {
        var system = System(b => b.AddPolicy("web"));
        var old = system.Time.GetUtcNow() - TimeSpan.FromMinutes(10);
        system.Metrics.Answer = (_, _) => new(ServiceMetrics.Of(old, 50));
        await Ticks(5);
        Assert.Equal("Warning: web: cpu cannot be used (it is 10m 30s old, and at most 5m is allowed). Meanwhile no rule scales it down.", Assert.Single(Told));
    }

    [Fact]
    public async Task Readings_OfATargetWithoutReplicas_AreNotMissed()
    {
        var system = System(b => b.AddPolicy(new ScalingPolicy { Target = "web", Range = new(0, 9), Rules = [new ThresholdRule(), new FixedRule { Replicas = 0 }] }));
        system.Scaler.Fake.SetReplicas("web", 0);
        system.Metrics.Answer = (_, _) => throw new HttpRequestException("Prometheus answered 503.");
        await Ticks(4);
        Assert.Empty(Told);
    }

    [Fact]
    public async Task Readings_TheSourceThrows_IsToldAtOnceWithItsTrace()
    {
        var system = System(b => b.AddPolicy("web"));
        system.Metrics.Answer = (_, _) => throw new HttpRequestException("Prometheus answered 503.");
        await Ticks(3);
        Assert.Equal("Warning: web: cpu cannot be used (Prometheus answered 503). Meanwhile no rule scales it down.", Assert.Single(Told));
        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Debug], Levels(7));
        Assert.IsType<HttpRequestException>(_log.GetSnapshot()[0].Exception);
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task Readings_TheSourceTakesTooLong_IsToldWithoutATrace(Type type)
    {
        var system = System(b => b.AddPolicy("web"));
        system.Metrics.Answer = (_, _) => throw (Exception)Activator.CreateInstance(type)!;
        await Ticks(1);
        Assert.StartsWith("Warning: web: cpu cannot be used (", Assert.Single(Told), StringComparison.Ordinal);
        Assert.Null(_log.GetSnapshot()[0].Exception);
    }

    [Fact]
    public async Task Scaling_IsRefusedAgainAndAgain_IsToldOnceForEachReason()
    {
        var system = System(b => b.AddPolicy("web"));
        system.Cpu = 90;
        system.Scaler.Scale = (_, _) => new(ScaleOutcome.Rejected("an HPA scales it"));
        await Ticks(3);
        system.Scaler.Scale = (_, _) => new(ScaleOutcome.Failed("no quota"));
        await Ticks(2);
        system.Scaler.Scale = null;
        await Ticks(1);
        Assert.Equal(
            [
                "Warning: web was not scaled from 4 to 6 replicas (Rejected): an HPA scales it.",
                "Warning: web was not scaled from 4 to 6 replicas (Failed): no quota.",
                "Information: Scaled web from 4 to 6 replicas. cpu is 90, above 70: 'threshold' asks for 6.",
            ],
            Told);
        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Debug, LogLevel.Warning, LogLevel.Debug], Levels(5));

        system.Time.Advance(TimeSpan.FromMinutes(10));
        system.Scaler.Scale = (_, _) => new(ScaleOutcome.Failed("no quota"));
        await Ticks(1);
        Assert.Equal("Warning: web was not scaled from 6 to 9 replicas (Failed): no quota.", Told.Last());
    }

    [Fact]
    public async Task Scaling_TheScalerRefusesAndTheTargetStaysInBetween_IsStillToldOnce()
    {
        var system = System(b => b.AddPolicy("web"));
        system.Scaler.Read = (_, _) => new(ReplicaStatus.AllReady(4) with { Refusal = "an HPA scales it" });
        for (var i = 0; i < 3; i++)
        {
            system.Cpu = 90;
            await Ticks(1);
            system.Cpu = 50;
            await Ticks(1);
        }

        Assert.Equal("Warning: web was not scaled from 4 to 6 replicas (Rejected): an HPA scales it.", Assert.Single(Told));
    }

    [Fact]
    public async Task Shadows_FailForOneReasonAfterTheOther_TellEachOnceAndThatItIsOver()
    {
        var rule = new MoodyRule();
        var orders = new TestMetrics { Answer = (_, _) => throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "the queue is down.") };
        var policy = new ScalingPolicy { Target = "web", Rules = [new FixedRule { Replicas = 4 }] };
        var system = System(b => b.AddMetrics("orders", _ => orders).AddPolicy(policy with
        {
            Shadows =
            [
                new() { Name = "moody", Policy = policy with { Rules = [rule] } },
                new() { Name = "queue", Policy = policy with { Rules = [new BacklogRule { Metric = "queue@orders", ThroughputPerReplica = 1 }] } },
            ],
        }));
        foreach (var mood in new[] { "it is Monday", "it is Monday", "it is Tuesday" })
        {
            rule.Mood = mood;
            await Ticks(1);
        }

        rule.Mood = null;
        orders.Answer = (_, _) => new(new ServiceMetrics(MetricReading.Available("queue", 5, system.Time.GetUtcNow())));
        await Ticks(2);
        Assert.Equal(
            [
                "Warning: The shadows of web were evaluated without the readings of orders: the queue is down",
                "Warning: The shadow 'moody' of web could not decide: it is Monday",
                "Warning: The shadow 'moody' of web could not decide: it is Tuesday",
                "Information: The shadows of web have the readings of orders again.",
                "Information: The shadow 'moody' of web can decide again.",
            ],
            Told);
    }

    [Fact]
    public async Task Observer_FailsAgainAndAgain_IsToldOnceWithItsNameAndReason()
    {
        var observer = new FullDisk();
        _ = System(b => b.AddPolicy("web").AddObserver(_ => observer));
        await Ticks(3);
        Assert.Equal("Warning: The observer FullDisk failed: No space left on device", Assert.Single(Told));
        Assert.IsType<IOException>(_log.GetSnapshot().First(r => r.Id == 10).Exception);
        observer.IsFull = false;
        await Ticks(1);
        observer.IsFull = true;
        await Ticks(1);
        Assert.Equal(2, Told.Count());
    }

    public void Dispose() => _system?.Dispose();

    private IEnumerable<LogLevel> Levels(int id) => _log.GetSnapshot().Where(r => r.Id == id).Select(r => r.Level);

    private TestSystem System(Action<AutoScalingBuilder> build) => _system = new(b =>
    {
        build(b);
        b.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)).SetMinimumLevel(LogLevel.Debug));
    });

    private async Task Ticks(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await _system!.AutoScaler.TickAsync(Stop);
            _system.Time.Advance(TimeSpan.FromSeconds(30));
        }
    }

    private sealed record MoodyRule : ScalingRule
    {
        public override string Name { get; init; } = "moody";

        public string? Mood { get; set; }

        public override Recommendation Recommend(in RuleContext context) => Mood is null ? Recommendation.For(4, "all is well") : throw new InvalidOperationException($"{Mood}.");
    }

    private sealed class FullDisk : IScalingObserver
    {
        public bool IsFull { get; set; } = true;

        public void OnEvaluated(ScalingRecord record)
        {
            if (IsFull) throw new IOException("No space left on device.");
        }
    }
}
