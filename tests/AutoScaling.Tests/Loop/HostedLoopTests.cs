using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AutoScaling.Tests.Loop;

/// <summary>The loop inside a real host, on fake time.</summary>
public sealed class HostedLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NoScalerAndNoMetrics_RefusesAndNamesTheCalls()
    {
        using var host = Build(b => b.AddPolicy("web"), ports: false);
        var error = await Assert.ThrowsAsync<ScalingException>(() => host.StartAsync(Stop));
        Assert.Equal(
            [
                "Policy 'web' needs a scaler, but none is registered: call UseScaler, UseProcesses or, to try things out, UseSimulation.",
                "Policy 'web' needs metrics, but no source is registered: call UseMetrics, UseProcesses or, to try things out, UseSimulation.",
            ],
            error.Errors);
    }

    [Fact]
    public async Task Start_InvalidOptions_RefusesAndNamesEverySetting()
    {
        using var host = Build(b => b.Services.Configure<AutoScalingOptions>(o =>
        {
            o.Interval = TimeSpan.Zero;
            o.MaxConcurrency = 0;
            o.StartJitter = -1;
        }));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Equal(
            [
                "Interval must be between 0.1s and 24 hours, but is 0s.",
                "StartJitter must be between 0 and 1, but is -1.",
                "MaxConcurrency must be at least 1, but is 0.",
            ],
            error.Failures);
    }

    [Theory]
    [InlineData(1.001, "00:00:30", "StartJitter must be between 0 and 1, but is 1.001.")]
    [InlineData(0, "1.00:00:01", "Interval must be between 0.1s and 24 hours, but is 1d 1s.")]
    public async Task Start_InvalidByALittle_SaysTheExactValue(double jitter, string interval, string expected)
    {
        using var host = Build(b => b.Services.Configure<AutoScalingOptions>(o =>
        {
            o.StartJitter = jitter;
            o.Interval = TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture);
        }));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Equal([expected], error.Failures);
    }

    [Fact]
    public async Task Run_ManyIntervals_EvaluatesEveryTargetOncePerInterval()
    {
        var observer = new CountingObserver();
        var time = new TestTime();
        using var host = Build(b => b.AddPolicy("a").AddPolicy("b").AddObserver(_ => observer), time);
        await host.StartAsync(Stop);
        await observer.Reach(2, Stop);
        for (var i = 2; i <= 5; i++)
        {
            await UntilScheduled(host, "a", "b");
            await Advance(time, TimeSpan.FromSeconds(30), () => observer.Count >= 2 * i);
            Assert.Equal(2 * i, observer.Count);
        }

        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Run_OneTargetBlocksItsThread_TheOthersAreEvaluated()
    {
        var observer = new CountingObserver();
        var time = new TestTime();
        using var release = new ManualResetEventSlim();
        var metrics = new TestMetrics();
        metrics.Answer = (target, _) =>
        {
            if (target.Name == "blocking") release.Wait(Stop);
            return new(ServiceMetrics.Of(time.GetUtcNow(), 50));
        };
        using var host = Build(b => b.AddPolicy("blocking").AddPolicy("a").AddPolicy("b").AddObserver(_ => observer), time, metrics);
        await host.StartAsync(Stop);
        await observer.Reach(2, Stop);
        await UntilScheduled(host, "a", "b");
        await Advance(time, TimeSpan.FromSeconds(30), () => observer.Targets.Count(t => t != "blocking") >= 4);

        // It was given up at its deadline, and goes on without what blocks it.
        while (!observer.Targets.Contains("blocking")) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        Assert.NotNull(host.Services.GetRequiredService<IAutoScaler>().GetStatus("blocking").LastError);
        release.Set();
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Stop_InMidEvaluation_CancelsItAndEndsCleanly()
    {
        var observer = new CountingObserver();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var metrics = new TestMetrics
        {
            Answer = async (_, stop) =>
            {
                entered.TrySetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return ServiceMetrics.Empty;
            },
        };
        using var host = Build(b => b.AddPolicy("web").AddObserver(_ => observer), metrics: metrics);
        await host.StartAsync(Stop);
        await entered.Task.WaitAsync(Stop);
        await host.StopAsync(Stop);
        Assert.Equal(0, observer.Count);
    }

    [Fact]
    public async Task Stop_WhileScaling_TheScalingEndsAndIsRemembered()
    {
        var observer = new CountingObserver();
        var time = new TestTime();
        var scaler = new TestScaler(time, 4);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource<ScaleOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        scaler.Scale = async (_, stop) =>
        {
            entered.TrySetResult();
            return await release.Task.WaitAsync(stop);
        };
        using var host = Build(b => b.AddPolicy("web").AddObserver(_ => observer), time, TestMetrics.Cpu(time, () => 90), scaler);
        await host.StartAsync(Stop);
        await entered.Task.WaitAsync(Stop);
        var stopping = host.StopAsync(Stop);
        release.SetResult(ScaleOutcome.Applied);
        await stopping;
        Assert.Equal(6, host.Services.GetRequiredService<IAutoScaler>().GetStatus("web").State.LastWritten);
    }

    [Fact]
    public async Task Run_MoreTargetsDueThanMayRunAtOnce_NeverMoreAndAllOfThem()
    {
        int running = 0, most = 0;
        var observer = new CountingObserver();
        var metrics = new TestMetrics
        {
            Answer = async (_, stop) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return ServiceMetrics.Of(TestStart, 50);
            },
        };
        using var host = Build(
            b =>
            {
                for (var i = 0; i < 500; i++) b.AddPolicy($"t{i}");
                b.AddObserver(_ => observer).Services.Configure<AutoScalingOptions>(o => o.MaxConcurrency = 4);
            },
            metrics: metrics);
        await host.StartAsync(Stop);
        await observer.Reach(500, Stop);
        await host.StopAsync(Stop);
        Assert.Equal(500, observer.Targets.Distinct().Count());
        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task Run_TenThousandTargets_AllAreEvaluatedAndOnlyTheBusyOnesScaled()
    {
        var observer = new CountingObserver();
        var time = new TestTime();
        var metrics = new TestMetrics { Answer = (target, _) => new(ServiceMetrics.Of(time.GetUtcNow(), target.Name.EndsWith("00", StringComparison.Ordinal) ? 90 : 50)) };
        using var host = Build(
            b =>
            {
                for (var i = 0; i < 10_000; i++) b.AddPolicy($"t{i:0000}");
                b.AddObserver(_ => observer).Services.Configure<AutoScalingOptions>(o => o.StartJitter = 0.5);
            },
            time,
            metrics);
        await host.StartAsync(Stop);
        for (var passed = 0; passed < 20; passed++) await Advance(time, TimeSpan.FromSeconds(1), () => true);
        await Advance(time, TimeSpan.Zero, () => observer.Count >= 10_000);
        var status = host.Services.GetRequiredService<IAutoScaler>().GetStatus();
        Assert.Equal(10_000, status.ActivePolicies);
        Assert.All(status.Targets, t => Assert.Equal(t.Target.Name.EndsWith("00", StringComparison.Ordinal) ? 6 : 4, t.Wanted));
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Restart_WithSavedState_DecidesAsIfItHadNeverStopped()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "state.json");
            var time = new TestTime();
            var scaler = new TestScaler(time, 4);
            double cpu = 90;
            async Task<ScalingDecision> RunOnce()
            {
                var observer = new CountingObserver();
                using var host = Build(b => b.AddPolicy("web", Bare).SaveStateTo(path).AddObserver(_ => observer), time, TestMetrics.Cpu(time, () => cpu), scaler);
                await host.StartAsync(Stop);
                await observer.Reach(1, Stop);
                await host.StopAsync(Stop);
                return host.Services.GetRequiredService<IAutoScaler>().GetRecent("web")[0].Decision!;
            }

            // It is away for longer than a few intervals, which the safety guards would have their own word on.
            static ScalingPolicy Bare(ScalingPolicy p) => p with { Range = new(1, 20), Behavior = p.Behavior with { SafetyGuards = false } };
            Assert.Equal(6, (await RunOnce()).To);
            time.Advance(TimeSpan.FromSeconds(30));
            var held = await RunOnce();
            Assert.Equal((6, ScalingGuard.Cooldown), (held.To, Assert.Single(held.Steps).Guard));
            time.Advance(TimeSpan.FromSeconds(270));
            Assert.Equal(9, (await RunOnce()).To);
            cpu = 10;
            time.Advance(TimeSpan.FromSeconds(599));
            Assert.Equal(9, (await RunOnce()).To);
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(7, (await RunOnce()).To);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Restart_TheAutoscalerWasUsedBeforeTheStart_TheSavedStateHoldsAllTheSame()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "state.json");
            var time = new TestTime();
            var scaler = new TestScaler(time, 4);
            using (var first = Build(b => b.AddPolicy("web").SaveStateTo(path), time, scaler: scaler))
            {
                await first.StartAsync(Stop);
                await first.Services.GetRequiredService<IAutoScaler>().ScaleAsync("web", 8, cancellationToken: Stop);
                await first.StopAsync(Stop);
            }

            using var second = Build(b => b.AddPolicy("web").SaveStateTo(path), time, scaler: scaler);
            _ = second.Services.GetRequiredService<IAutoScaler>().GetStatus();
            await second.StartAsync(Stop);
            Assert.Equal(8, second.Services.GetRequiredService<IAutoScaler>().GetStatus("web").State.LastWritten);
            await second.StopAsync(Stop);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"web\":{\"highs\":5}}")]
    [InlineData("null")]
    public async Task Restart_SavedStateIsBroken_StartsAllTheSameAndScalesNothingDownYet(string content)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "state.json");
            await File.WriteAllTextAsync(path, content, Stop);
            var observer = new CountingObserver();
            var time = new TestTime();
            using var host = Build(b => b.AddPolicy("web").SaveStateTo(path).AddObserver(_ => observer), time, TestMetrics.Cpu(time, () => 5));
            await host.StartAsync(Stop);
            await observer.Reach(1, Stop);
            Assert.Equal(ScalingGuard.Cooldown, Assert.Single(host.Services.GetRequiredService<IAutoScaler>().GetRecent("web")[0].Decision!.Steps).Guard);
            await host.StopAsync(Stop);
            host.Dispose();
            using var saved = new FileStateStore(path);
            Assert.Contains("web", (await saved.LoadAllAsync(Stop)).Keys);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DateTimeOffset TestStart { get; } = new TestTime().GetUtcNow();

    private static IHost Build(Action<AutoScalingBuilder> build, TestTime? time = null, TestMetrics? metrics = null, TestScaler? scaler = null, bool ports = true)
    {
        time ??= new TestTime();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(time);
        var scaling = builder.Services.AddAutoScaling(o => o.StartJitter = 0);
        if (ports) scaling.UseMetrics(_ => metrics ?? TestMetrics.Cpu(time, () => 50)).UseScaler(_ => scaler ?? new TestScaler(time, 4));
        build(scaling);
        return builder.Build();
    }

    /// <summary>Waits until targets that were evaluated are due again: what is told of an evaluation comes before that, and a clock that moves in between makes them miss a turn.</summary>
    private static async Task UntilScheduled(IHost host, params string[] targets)
    {
        var autoScaler = host.Services.GetRequiredService<IAutoScaler>();
        while (targets.Any(t => autoScaler.GetStatus(t).NextEvaluationAt is null)) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
    }

    /// <summary>Moves the time on, and a little more while the condition does not hold: the loop may have set its timer only after the first move.</summary>
    private static async Task Advance(TestTime time, TimeSpan by, Func<bool> until)
    {
        time.Advance(by);
        while (!until())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
            if (!until()) time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
        }
    }

    private sealed class CountingObserver : IScalingObserver
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _targets = [];

        public int Count => _targets.Count;

        public IEnumerable<string> Targets => _targets;

        public void OnEvaluated(ScalingRecord record) => _targets.Enqueue(record.Target.Name);

        public async Task Reach(int count, CancellationToken stop)
        {
            while (Count < count) await Task.Delay(TimeSpan.FromMilliseconds(2), stop);
        }
    }
}
