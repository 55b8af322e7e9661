using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AutoScaling.Tests.Loop;

/// <summary>One of several hosts that share out their targets: what it does with those that are its own, and with the others.</summary>
public sealed class TargetShareTests : IDisposable
{
    private readonly TestShare _share = new();
    private readonly TestStore _store = new();
    private readonly TestSystem _system;

    public TargetShareTests()
    {
        _system = new(b => b.AddPolicy("web", max: 20).AddPolicy("jobs", max: 20).Services.AddMetrics()
            .AddSingleton<ITargetShare>(_share).AddSingleton<IScalingStateStore>(_store))
        {
            Cpu = 90,
        };
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IAutoScaler AutoScaler => _system.AutoScaler;

    public void Dispose()
    {
        _system.Dispose();
        _share.Dispose();
    }

    [Fact]
    public async Task Tick_TargetsOfAnotherHost_AreNeitherEvaluatedNorScaledNorSaved()
    {
        _share.Take("web");
        await AutoScaler.TickAsync(Stop);

        Assert.Equal((6, 4), (_system.Scaler.Replicas("web"), _system.Scaler.Replicas("jobs")));
        Assert.Equal(["web"], _system.Metrics.Asked);
        Assert.Equal(["web?", "web"], _store.Saves);
        Assert.Empty(AutoScaler.GetRecent("jobs"));
        var refused = await Assert.ThrowsAsync<ScalingException>(() => AutoScaler.ScaleAsync("jobs", 8, cancellationToken: Stop));
        Assert.StartsWith("'jobs' was not scaled: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, _system.Scaler.Replicas("jobs"));
    }

    [Fact]
    public async Task GetStatus_TargetsOfAnotherHost_AreNotAmongThisHosts()
    {
        await AutoScaler.TickAsync(Stop);
        Assert.Empty(AutoScaler.GetStatus().Targets);
        _share.Take("web");
        Assert.Equal("web", Assert.Single(AutoScaler.GetStatus().Targets).Target.Name);
        Assert.Equal("jobs", AutoScaler.GetStatus("jobs").Target.Name);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(5)]
    public async Task Tick_IntentThatCannotBeSaved_IsNotScaledEitherWay(double cpu)
    {
        _system.Cpu = cpu;
        _share.Take("web");
        _store.Wait = _ => throw new IOException("Another host has saved it.");
        for (var i = 0; i < 30; i++)
        {
            await AutoScaler.TickAsync(Stop);
            _system.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Empty(_system.Scaler.Fake.Calls);
        _store.Wait = _ => Task.CompletedTask;
        await AutoScaler.TickAsync(Stop);
        Assert.NotEqual(4, _system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Tick_StateThatCannotBeLoaded_IsNotEvaluated()
    {
        _share.Take("web");
        _store.LoadTrouble = new IOException("The network is away.");
        await AutoScaler.TickAsync(Stop);
        Assert.Empty(_system.Metrics.Asked);
        Assert.Empty(_system.Scaler.Fake.Calls);

        _store.LoadTrouble = null;
        _system.Time.Advance(TimeSpan.FromSeconds(30));
        await AutoScaler.TickAsync(Stop);
        Assert.Equal(6, _system.Scaler.Replicas("web"));
    }

    /// <summary>Those that wait for a store that hangs would take the places of targets that need nothing of it.</summary>
    [Fact]
    public async Task Evaluate_TheStoreDoesNotAnswer_OneTargetTriesItAndTheOthersDoNotWait()
    {
        _share.Take("web");
        _share.Take("jobs");
        _store.LoadTrouble = new IOException("The network is away.");
        var some = Enumerable.Repeat("web", 8).ToArray(); // less may be an accident
        await EvaluateAsync(some);
        await EvaluateAsync("jobs", "web");
        Assert.Equal(some, _store.Loaded);
        Assert.Equal("'jobs' could not be evaluated: what is remembered of it could not be loaded: The network is away.", AutoScaler.GetRecent("jobs")[0].Error);

        _system.Time.Advance(TimeSpan.FromSeconds(1));
        await EvaluateAsync("jobs", "web");
        Assert.Equal([.. some, "jobs"], _store.Loaded);

        _store.LoadTrouble = null;
        _system.Time.Advance(TimeSpan.FromSeconds(1));
        await EvaluateAsync("web", "jobs");
        Assert.Equal((6, 6), (_system.Scaler.Replicas("web"), _system.Scaler.Replicas("jobs")));
    }

    [Fact]
    public async Task Tick_StateThatCannotBeLoaded_IsTriedAgainBeforeTheTargetIsDue()
    {
        _system.Services.GetRequiredService<IOptions<AutoScalingOptions>>().Value.Interval = TimeSpan.FromHours(1);
        _share.Take("web");
        _store.LoadTrouble = new IOException("The network is away.");
        await AutoScaler.TickAsync(Stop);
        Assert.Equal(4, _system.Scaler.Replicas("web"));

        _store.LoadTrouble = null;
        _system.Time.Advance(TimeSpan.FromSeconds(10));
        await AutoScaler.TickAsync(Stop);
        Assert.Equal(6, _system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Remove_ForADay_TheHostWhoseTargetItWasDeletesItsState()
    {
        _share.Take("web");
        await AutoScaler.TickAsync(Stop);
        AutoScaler.RemovePolicy("web");
        AutoScaler.RemovePolicy("jobs");
        var loop = Assert.Single(_system.Services.GetServices<IHostedService>());
        await loop.StartAsync(Stop);
        for (var hour = 0; hour < 23; hour++) await PassAnHourAsync();
        Assert.DoesNotContain("-web", _store.Saves);
        while (!_store.Saves.Contains("-web")) await PassAnHourAsync();
        await loop.StopAsync(Stop);
        Assert.DoesNotContain("-jobs", _store.Saves);
    }

    /// <summary>What another host has done meanwhile counts: its scaling begins the cooldown here, too.</summary>
    [Fact]
    public async Task Tick_TargetThatComesBack_IsEvaluatedByWhatTheOtherHostSaved()
    {
        _share.Take("web");
        _system.Cpu = 70;
        await AutoScaler.TickAsync(Stop);
        _share.Drop("web");
        using var elsewhere = new TestShare();
        elsewhere.Take("web");
        using var other = new TestSystem(b => b.AddPolicy("web", max: 20).UseScaler(_ => _system.Scaler).Services
            .AddSingleton<ITargetShare>(elsewhere).AddSingleton<IScalingStateStore>(_store))
        { Cpu = 90 };
        other.Time.SetUtcNow(_system.Time.GetUtcNow());
        await other.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, _system.Scaler.Replicas("web"));

        _system.Cpu = 90;
        _system.Time.Advance(TimeSpan.FromSeconds(30));
        _share.Take("web");
        await AutoScaler.TickAsync(Stop);
        var decision = AutoScaler.GetRecent("web")[0].Decision!;
        Assert.Equal((6, ScalingGuard.Cooldown), (decision.To, Assert.Single(decision.Steps).Guard));
    }

    [Fact]
    public async Task Tick_TermIsOverWhileTheIntentIsSaved_IsNotScaled()
    {
        _share.Take("web");
        _store.Wait = _ =>
        {
            _share.ClockIsGood = false;
            return Task.CompletedTask;
        };
        await AutoScaler.TickAsync(Stop);

        Assert.Empty(_system.Scaler.Fake.Calls);
        Assert.Equal(4, _system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Tick_ShareHasTags_TheyAreInWhatIsMeasured()
    {
        var meters = _system.Services.GetRequiredService<IMeterFactory>();
        using var decisions = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.decisions");
        using var wanted = new MetricCollector<int>(meters, AutoScalingTelemetry.MeterName, "autoscaling.replicas.wanted");
        _share.Take("web");
        await AutoScaler.TickAsync(Stop);
        wanted.RecordObservableInstruments();

        Assert.Equal(("web", "one"), (decisions.LastMeasurement!.Tags["autoscaling.target"], decisions.LastMeasurement.Tags["part"]));
        var shown = Assert.Single(wanted.GetMeasurementSnapshot());
        Assert.Equal(("web", "one", 6), (shown.Tags["autoscaling.target"], shown.Tags["part"], shown.Value));
    }

    /// <summary>What is disabled is never due, so nothing else would look at it.</summary>
    [Fact]
    public async Task Take_ATargetThatSomebodyEnabled_IsEvaluatedOnceTheStoreAnswers()
    {
        using var share = new TestShare();
        _store.Saved = new Dictionary<string, ScalingState> { ["web"] = ScalingState.New.WithEnabled(true) };
        using var system = new TestSystem(b => b.AddPolicy("web", p => p with { Enabled = false }).Services
            .AddSingleton<ITargetShare>(share).AddSingleton<IScalingStateStore>(_store))
        { Cpu = 90 };
        var loop = Assert.Single(system.Services.GetServices<IHostedService>());
        await loop.StartAsync(Stop);
        _store.LoadTrouble = new IOException("The network is away.");
        share.Take("web");
        share.Host!.Take(["web"]);
        while (_store.Loaded.IsEmpty) await PassAsync(system);
        Assert.False(system.AutoScaler.GetStatus("web").Enabled);

        _store.LoadTrouble = null;
        while (!system.AutoScaler.GetStatus("web").Enabled) await PassAsync(system);
        while (system.Scaler.Replicas("web") == 4)
        {
            await PassAsync(system);
            await system.AutoScaler.TickAsync(Stop);
        }

        await loop.StopAsync(Stop);
    }

    [Fact]
    public async Task Disable_InATermInWhichTheTargetIsNotLoadedYet_StaysAndIsSaved()
    {
        _share.Take("web");
        await AutoScaler.TickAsync(Stop);
        _share.Take("web");
        AutoScaler.Disable("web");
        while (_store.Saved["web"].Extras?.Enabled != false) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        Assert.False(AutoScaler.GetStatus("web").Enabled);
    }

    private static async Task PassAsync(TestSystem system)
    {
        system.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
    }

    private async Task PassAnHourAsync()
    {
        _system.Time.Advance(TimeSpan.FromHours(1));
        await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
    }

    private async Task EvaluateAsync(params string[] targets)
    {
        foreach (var target in targets) await AutoScaler.EvaluateAsync(target, Stop);
    }

    /// <summary>Shares out targets as the test says.</summary>
    private sealed class TestShare : ITargetShare, IDisposable
    {
        private readonly Dictionary<string, LeaderTerm> _terms = [];
        private readonly CancellationTokenSource _end = new();
        private long _number;

        public bool ClockIsGood { get; set; } = true;

        public void Take(string target) => _terms[target] = new(() => ClockIsGood, _end.Token) { Number = ++_number };

        public void Drop(string target) => _terms.Remove(target);

        public LeaderTerm? TermOf(ScalingTarget target) => _terms.GetValueOrDefault(target.Name);

        public ImmutableArray<KeyValuePair<string, object?>> TagsOf(ScalingTarget target) => [new("part", "one")];

        public ITargetShareHost? Host { get; private set; }

        public ValueTask StartAsync(ITargetShareHost host, CancellationToken cancellationToken)
        {
            Host = host;
            return ValueTask.CompletedTask;
        }

        public ValueTask StopAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Dispose() => _end.Dispose();
    }
}
