using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>Ports that really block the thread that calls them: given up at the deadline, told of, and not called again before they come back.</summary>
public sealed class BlockedPortTests : IDisposable
{
    private const string Busy = "an earlier call blocks its thread and has not come back yet";

    private readonly ManualResetEventSlim _release = new();
    private readonly FakeLogCollector _log = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_FourOfTwentyBlockAtFourAtOnce_TheOthersGetAllTheirEvaluations(bool scalerBlocks)
    {
        const int rounds = 20;
        var time = new TestTime();
        var evaluated = new ConcurrentQueue<ScalingRecord>();
        var metrics = new TestMetrics();
        var scaler = new TestScaler(time, 4);
        metrics.Answer = (target, _) =>
        {
            if (!scalerBlocks) Block(target);
            return new(ServiceMetrics.Of(time.GetUtcNow(), 50));
        };
        scaler.Read = (target, _) =>
        {
            if (scalerBlocks) Block(target);
            return new(ReplicaStatus.AllReady(4));
        };
        using var host = Host(time, metrics, scaler, b =>
        {
            for (var i = 0; i < 20; i++) b.AddPolicy(i < 4 ? $"bad{i}" : $"good{i}");
            b.OnEvaluated(evaluated.Enqueue).Services.Configure<AutoScalingOptions>(o => o.MaxConcurrency = 4);
        });
        var autoScaler = host.Services.GetRequiredService<IAutoScaler>();
        await host.StartAsync(Stop);
        var observers = host.Services.GetRequiredService<Observers>();
        await Pass(time, TimeSpan.FromSeconds(1), () => AreEvaluated() && autoScaler.GetStatus().Troubles.IsEmpty);
        await observers.DrainAsync();

        var before = Good();
        for (var round = 1; round <= rounds; round++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Pass(time, TimeSpan.FromMilliseconds(1), AreEvaluated);
            await observers.DrainAsync();
            Assert.Equal(before + (16 * round), Good());
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(1, _calls[$"bad{i}"]);
            Assert.Contains(Busy, autoScaler.GetStatus($"bad{i}").LastError, StringComparison.Ordinal);
            Assert.Contains(_log.GetSnapshot(), r => r.Level == LogLevel.Warning && r.Message.Contains($"bad{i}", StringComparison.Ordinal) && r.Message.Contains(Busy, StringComparison.Ordinal));
        }

        _release.Set();
        await Pass(
            time,
            TimeSpan.FromSeconds(1),
            () => autoScaler.GetStatus().Targets.All(t => t.LastError is null) && _log.GetSnapshot().Count(r => r.Id == 37) == 4);
        await host.StopAsync(Stop);

        bool AreEvaluated() => autoScaler.GetStatus() is var status && status.Targets.All(t => t.LastEvaluatedAt is not null && t.NextEvaluationAt > status.At);
        int Good() => evaluated.Count(r => r.Target.Name.StartsWith("good", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tick_ASourceBlocks_TheTargetIsStillBroughtIntoItsRangeAndWhatComesLateScalesNothing()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 10), o => o.MaxConcurrency = 1, replicas: 30);
        system.Metrics.Answer = (target, _) =>
        {
            Block(target);
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 90));
        };
        var tick = system.AutoScaler.TickAsync(Stop);
        while (_calls.IsEmpty) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        system.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await tick);
        Assert.Equal(10, system.Scaler.Replicas("web"));
        Assert.Equal($"web: cpu cannot be used ({Busy}).", system.AutoScaler.GetStatus("web").LastError);

        _release.Set();
        while (!system.Log.GetSnapshot().Any(r => r.Id == 37)) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        Assert.Single(system.AutoScaler.GetRecent("web"));
        Assert.Single(system.Scaler.Fake.Calls);
    }

    [Fact]
    public async Task Tick_AScalingBlocks_IsDoubtfulAndRememberedOnceItComesBack()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20).AddPolicy("other"), o => o.MaxConcurrency = 1) { Cpu = 90 };
        system.Scaler.Scale = (target, _) =>
        {
            if (target.Name == "web") Block(target);
            return system.Scaler.Fake.ScaleAsync(target, 4, 6, CancellationToken.None);
        };
        var tick = system.AutoScaler.TickAsync(Stop);
        while (_calls.IsEmpty) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        system.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, await tick);
        var status = system.AutoScaler.GetStatus("web");
        Assert.Equal("'web' could not be scaled from 4 to 6: it did not answer within 5s.", status.LastError);
        Assert.Equal((4, 6), (status.State.Intent!.From, status.State.Intent.To));
        Assert.Equal(6, system.Scaler.Replicas("other"));

        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal("'web' could not be evaluated: an earlier call has not come back yet.", system.AutoScaler.GetStatus("web").LastError);

        _release.Set();
        while (system.Scaler.Replicas("web") != 6) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        await EvaluatedAgainAsync(system);
        Assert.Equal((6, null), (system.AutoScaler.GetStatus("web").State.LastWritten, system.AutoScaler.GetStatus("web").State.Intent));
        Assert.Equal(1, _calls["web"]);
    }

    [Fact]
    public async Task Evaluate_ByHandAndAPortBlocks_TheCallersThreadIsFreeAndTheRecordSaysWhy()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        system.Scaler.Read = (target, _) =>
        {
            Block(target);
            return new(ReplicaStatus.AllReady(4));
        };
        var evaluation = system.AutoScaler.EvaluateAsync("web", Stop);
        while (_calls.IsEmpty) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        system.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("'web' could not be evaluated: it did not answer within 5s.", (await evaluation).Error);
        Assert.Equal("'web' could not be evaluated: an earlier call has not come back yet.", (await system.AutoScaler.EvaluateAsync("web", Stop)).Error);
    }

    [Fact]
    public async Task Tick_APortThatHasBlockedBlocksAgain_ItIsCalledOnAThreadOfItsOwnUntilItAnswersInTime()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        var threads = new ConcurrentQueue<bool>();
        using var again = new ManualResetEventSlim();
        system.Metrics.Answer = (target, _) =>
        {
            threads.Enqueue(Thread.CurrentThread.IsThreadPoolThread);
            var call = threads.Count;
            if (call == 1) _release.Wait(CancellationToken.None);
            if (call == 2) again.Wait(CancellationToken.None);
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 50));
        };
        await TickAsync(1);
        _release.Set();
        while (!system.Log.GetSnapshot().Any(r => r.Id == 37)) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        await TickAsync(2);
        Assert.Equal("web: cpu cannot be used (it did not answer within 5s).", system.AutoScaler.GetStatus("web").LastError);
        again.Set();
        await EvaluatedAgainAsync(system);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal([true, false], threads.Take(2));
        Assert.True(threads.Last());

        async Task TickAsync(int call)
        {
            system.Time.Advance(TimeSpan.FromSeconds(30));
            var tick = system.AutoScaler.TickAsync(Stop);
            while (threads.Count < call) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
            system.Time.Advance(TimeSpan.FromSeconds(5));
            await tick;
        }
    }

    [Fact]
    public async Task Stop_APortBlocks_EndsAtItsDeadline()
    {
        var time = new TestTime();
        var metrics = new TestMetrics
        {
            Answer = (target, _) =>
            {
                Block(target);
                return new(ServiceMetrics.Of(time.GetUtcNow(), 90));
            },
        };
        using var host = Host(time, metrics, new TestScaler(time, 4), b => b.AddPolicy("web"));
        await host.StartAsync(Stop);
        while (_calls.IsEmpty) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        var stopping = host.StopAsync(Stop);
        await Pass(time, TimeSpan.FromSeconds(1), () => stopping.IsCompleted);
        await stopping;
    }

    [Fact]
    public async Task Run_APolicySourceBlocks_TheOthersAreEvaluatedAndItsOldPoliciesStayUntilItIsBack()
    {
        var time = new TestTime();
        var evaluated = new ConcurrentQueue<ScalingRecord>();
        var source = new BlockingPolicies(_release);
        using var host = Host(
            time, TestMetrics.Cpu(time, () => 50), new TestScaler(time, 4),
            b => b.AddPolicy("good").AddPolicySource(_ => source).OnEvaluated(evaluated.Enqueue));
        var autoScaler = host.Services.GetRequiredService<IAutoScaler>();
        await host.StartAsync(Stop);
        await Pass(time, TimeSpan.FromSeconds(1), () => AreEvaluated(0));

        source.Blocks = true;
        await Pass(time, TimeSpan.FromSeconds(1), () => !autoScaler.GetStatus().ReloadErrors.IsEmpty);
        Assert.StartsWith("The source of policies the blocking one has not come back from a call for ", Assert.Single(autoScaler.GetStatus().ReloadErrors), StringComparison.Ordinal);
        var (before, calls) = (evaluated.Count, source.Calls);
        await Pass(time, TimeSpan.FromSeconds(1), () => AreEvaluated(before + 20));
        Assert.Equal((calls, 7), (source.Calls, autoScaler.GetStatus("slow").Policy.Range.Max));
        Assert.Single(_log.GetSnapshot(), r => r.Id == 38 && IsAboutTheBlockingOne(r)); // on a busy machine others may be late, too

        // Others may say something meanwhile, too.
        autoScaler.SetPolicy(new ScalingPolicy { Target = "good", Range = new(1, 5) });

        source.Max = 9;
        _release.Set();
        await Pass(time, TimeSpan.FromSeconds(1), () => autoScaler.GetStatus("slow").Policy.Range.Max == 9);
        Assert.Empty(autoScaler.GetStatus().ReloadErrors);
        Assert.Single(_log.GetSnapshot(), r => r.Id == 39 && IsAboutTheBlockingOne(r));
        await host.StopAsync(Stop);

        bool AreEvaluated(int least) => evaluated.Count > least && autoScaler.GetStatus().Targets.All(t => t.LastEvaluatedAt is not null);
        static bool IsAboutTheBlockingOne(FakeLogRecord r) => r.Message.Contains("the blocking one", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
    }

    private static async Task EvaluatedAgainAsync(TestSystem system)
    {
        do
        {
            system.Time.Advance(TimeSpan.FromSeconds(30));
            await system.AutoScaler.TickAsync(Stop);
        }
        while (system.AutoScaler.GetStatus("web").LastError is not null);
    }

    /// <summary>Moves the time on, as long as a condition does not hold, with time for others in between.</summary>
    private static async Task Pass(TestTime time, TimeSpan step, Func<bool> until)
    {
        while (!until())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
            if (!until()) time.Advance(step);
        }
    }

    private IHost Host(TestTime time, TestMetrics metrics, TestScaler scaler, Action<AutoScalingBuilder> build)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)).SetMinimumLevel(LogLevel.Debug));
        build(builder.Services.AddAutoScaling(o => o.StartJitter = 0).UseMetrics(_ => metrics).UseScaler(_ => scaler));
        return builder.Build();
    }

    /// <summary>Holds the thread until the test ends; not if the target's name says that it is well.</summary>
    private void Block(ScalingTarget target)
    {
        _calls.AddOrUpdate(target.Name, 1, (_, n) => n + 1);
        if (!target.Name.StartsWith("good", StringComparison.Ordinal)) _release.Wait(CancellationToken.None);
    }

    private sealed class BlockingPolicies(ManualResetEventSlim release) : IPolicySource
    {
        private int _calls;

        public string Name => "the blocking one";

        public bool Blocks { get; set; }

        public int Max { get; set; } = 7;

        public int Calls => _calls;

        public System.Collections.Immutable.ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
        {
            if (Blocks) release.Wait(CancellationToken.None);
            return [new ScalingPolicy { Target = "slow", Range = new(1, Max) }];
        }

        public bool HasChanged()
        {
            Interlocked.Increment(ref _calls);
            return Blocks;
        }
    }
}
