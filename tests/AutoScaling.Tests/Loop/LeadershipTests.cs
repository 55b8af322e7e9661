using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>One of several copies, in a real host and on fake time.</summary>
public sealed class LeadershipTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly TestTime _time = new();
    private readonly TestElection _election = new();
    private readonly FakeLogCollector _log = new();
    private readonly TestStore _store = new();
    private readonly TestMetrics _metrics;
    private readonly TestScaler _scaler;
    private readonly IHost _host;
    private double _cpu = 90;
    private int _evaluated;

    public LeadershipTests()
    {
        _metrics = TestMetrics.Cpu(_time, () => _cpu);
        _scaler = new(_time, 4);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<ILeaderElection>(_election);
        builder.Services.AddSingleton<IScalingStateStore>(_store);
        builder.Services.AddAutoScaling(o => o.StartJitter = 0).AddPolicy("web", max: 20)
            .UseMetrics(_ => _metrics).UseScaler(_ => _scaler).OnEvaluated(_ => Interlocked.Increment(ref _evaluated));
        builder.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)));
        _host = builder.Build();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IAutoScaler AutoScaler => _host.Services.GetRequiredService<IAutoScaler>();

    [Fact]
    public async Task Run_DoesNotLead_EvaluatesAndSavesNothing()
    {
        _election.Leader = "copy-b";
        await _host.StartAsync(Stop);
        for (var i = 0; i < 100; i++) await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Empty(_metrics.Asked);
        Assert.Equal(4, _scaler.Replicas("web"));
        Assert.Equal(0, _store.Loads);
        Assert.Equal(0, await AutoScaler.TickAsync(Stop));
        Assert.Equal(new() { Identity = "copy-a", Leads = false, Leader = "copy-b" }, AutoScaler.GetStatus().Leadership);
        Assert.Null(AutoScaler.GetStatus("web").NextEvaluationAt);
        await _host.StopAsync(Stop);
        Assert.Empty(_store.Saves);
    }

    [Theory]
    [InlineData("copy-b", "this copy does not lead; 'copy-b' does")]
    [InlineData(null, "this copy does not lead, and no leader is known")]
    [InlineData("copy-a", "this copy is only just taking over")]
    public async Task ScaleAsync_DoesNotLead_RefusesAndNamesTheLeader(string? leader, string reason)
    {
        _election.Leader = leader;
        await _host.StartAsync(Stop);

        var scaling = await Assert.ThrowsAsync<ScalingException>(() => AutoScaler.ScaleAsync("web", 8, cancellationToken: Stop));
        var evaluation = await Assert.ThrowsAsync<ScalingException>(() => AutoScaler.EvaluateAsync("web", Stop));

        Assert.Equal((ScalingErrorKind.ScalingFailed, $"'web' was not scaled: {reason}."), (scaling.Kind, scaling.Message));
        Assert.Equal((ScalingErrorKind.ScalingFailed, $"'web' was not evaluated: {reason}."), (evaluation.Kind, evaluation.Message));
        Assert.Empty(_scaler.Fake.Calls);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Run_BeginsToLead_LoadsBeforeTheFirstEvaluationSoThatTheOthersCooldownHolds()
    {
        await _host.StartAsync(Stop);
        await PassAsync(Interval * 3);
        _store.Saved = await ScaledByAnotherCopyAsync();

        _election.Begin(1);
        await EvaluatedAsync(1);

        var record = AutoScaler.GetRecent("web")[0];
        Assert.Equal((4, ScalingGuard.Cooldown), (record.Decision!.To, Assert.Single(record.Decision.Steps).Guard));

        // What was missed before it led is not late; the clock goes on by a little while the test waits.
        Assert.InRange(record.Lateness, TimeSpan.Zero, Interval / 2);
        Assert.True(AutoScaler.GetStatus().Leadership!.Leads);
        Assert.NotNull(AutoScaler.GetStatus("web").NextEvaluationAt);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Run_BeginsToLeadAndTheStoreFailsTwice_LoadsBeforeTheFirstEvaluationAllTheSame()
    {
        await _host.StartAsync(Stop);
        await PassAsync(Interval * 3);
        _store.Saved = await ScaledByAnotherCopyAsync();
        for (var i = 0; i < 2; i++) _store.LoadTroubles.Enqueue(new IOException("The network is away."));

        _election.Begin(1);
        await UntilAsync(() => _store.Loads == 1);
        Assert.False(AutoScaler.GetStatus().Leadership!.Leads);
        await EvaluatedAsync(1);

        Assert.Equal(3, _store.Loads);
        Assert.Equal(4, AutoScaler.GetRecent("web")[0].State.LastWritten);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Run_LeadsNoLongerWhileItWaitsForTheStore_EvaluatesAndSavesNothing()
    {
        await _host.StartAsync(Stop);
        for (var i = 0; i < 2; i++) _store.LoadTroubles.Enqueue(new IOException("The network is away."));
        _election.Begin(1);
        await UntilAsync(() => _store.Loads == 1);
        _election.End();
        for (var i = 0; i < 100; i++) await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal((1, 0), (_store.Loads, Volatile.Read(ref _evaluated)));
        await _host.StopAsync(Stop);
        Assert.Empty(_store.Saves);
    }

    [Fact]
    public async Task Run_AnotherCopyHasLedMeanwhile_WhatThatOneSavedReplacesWhatIsRemembered()
    {
        await _host.StartAsync(Stop);
        _election.Begin(1);
        await EvaluatedAsync(1);
        Assert.Equal(6, AutoScaler.GetStatus("web").State.LastWritten);
        _election.End();
        await UntilAsync(() => !AutoScaler.GetStatus().Leadership!.Leads);
        await PassAsync(Interval);
        _store.Saved = await ScaledByAnotherCopyAsync();

        _election.Begin(2);
        await EvaluatedAsync(2);

        Assert.Equal(4, AutoScaler.GetRecent("web")[0].State.LastWritten);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Run_NobodyHasLedMeanwhile_WhatIsRememberedIsKept()
    {
        await _host.StartAsync(Stop);
        _election.Begin(7);
        await EvaluatedAsync(1);
        _election.End(leader: null);
        await UntilAsync(() => !AutoScaler.GetStatus().Leadership!.Leads);
        _store.Saved = new Dictionary<string, ScalingState>();

        _election.Begin(7);
        await EvaluatedAsync(2);

        Assert.Equal((1, 6), (_store.Loads, AutoScaler.GetStatus("web").State.LastWritten));
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Run_NoLongerLeadsOnceItHasDecided_RejectsAndSendsNothing()
    {
        _metrics.Answer = (_, _) =>
        {
            _election.ClockIsGood = false;
            return new(ServiceMetrics.Of(_time.GetUtcNow(), 90));
        };
        await _host.StartAsync(Stop);
        _election.Begin(1);
        await EvaluatedAsync(1);

        Assert.Equal(ScaleOutcome.Rejected("this copy no longer leads"), AutoScaler.GetRecent("web")[0].Outcome);
        Assert.Empty(_scaler.Fake.Calls);
        await _host.StopAsync(Stop);
        Assert.Empty(_store.Saves);
    }

    [Fact]
    public async Task Run_NoLongerLeadsWhileReading_TheEvaluationIsCutOffWithoutARecord()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _metrics.Answer = async (_, stop) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => cut.TrySetResult(), TaskScheduler.Default);
            return ServiceMetrics.Empty;
        };
        await _host.StartAsync(Stop);
        _election.Begin(1);
        await entered.Task.WaitAsync(Stop);
        _election.End();
        await cut.Task.WaitAsync(Stop);
        await _host.StopAsync(Stop);
        Assert.Equal(0, _evaluated);
    }

    [Fact]
    public async Task Run_NoLongerLeadsWhileScaling_TheScalingIsCutOff()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scaler.Scale = async (_, stop) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return ScaleOutcome.Applied;
        };
        await _host.StartAsync(Stop);
        _election.Begin(1);
        await entered.Task.WaitAsync(Stop);
        _election.End();
        await EvaluatedAsync(1);
        Assert.Equal(ScaleOutcome.Doubtful("this copy no longer leads"), AutoScaler.GetRecent("web")[0].Outcome);
        await _host.StopAsync(Stop);
        Assert.Equal(["web?"], _store.Saves);
    }

    [Fact]
    public async Task Stop_WhileLeading_SavesAndResignsAfterwards()
    {
        await _host.StartAsync(Stop);
        _election.Begin(1);
        await EvaluatedAsync(1);
        var savedBefore = -1;
        _election.Resigning = () => savedBefore = _store.Saved["web"].IsSnapshot ? 0 : 1;
        await _host.StopAsync(Stop);

        Assert.True(_election.HasResigned);
        Assert.Equal(1, savedBefore);
        Assert.Equal(6, _store.Saved["web"].LastWritten);
        var error = await Assert.ThrowsAsync<ScalingException>(() => AutoScaler.ScaleAsync("web", 8, cancellationToken: Stop));
        Assert.StartsWith("'web' was not scaled: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_CannotResign_SaysWhy()
    {
        await _host.StartAsync(Stop);
        _election.Begin(1);
        await EvaluatedAsync(1);
        _election.Resigning = () => throw new ScalingException(ScalingErrorKind.ScalingFailed, "The API server answered 500.");
        await _host.StopAsync(Stop);
        var told = Assert.Single(_log.GetSnapshot(), r => r.Id == 22);
        Assert.Equal("This copy could not resign, so another one has to wait before it can lead: The API server answered 500", told.Message);
        Assert.Null(told.Exception);
    }

    [Fact]
    public async Task Meter_LeadsOrNot_SaysSo()
    {
        await _host.StartAsync(Stop);
        using var leader = new MetricCollector<int>(_host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), AutoScalingTelemetry.MeterName, "autoscaling.leader");
        leader.RecordObservableInstruments();
        _election.Begin(1);
        await EvaluatedAsync(1);
        leader.RecordObservableInstruments();
        Assert.Equal([0, 1], leader.GetMeasurementSnapshot().Select(m => m.Value));
        await _host.StopAsync(Stop);
    }

    public void Dispose()
    {
        _host.Dispose();
        _election.Dispose();
    }

    /// <summary>What another copy remembers that has just scaled the target to four.</summary>
    private async Task<IReadOnlyDictionary<string, ScalingState>> ScaledByAnotherCopyAsync()
    {
        using var other = new TestSystem(b => b.AddPolicy("web", max: 20), replicas: 3);
        other.Time.Advance(_time.GetUtcNow() - other.Time.GetUtcNow());
        await other.AutoScaler.ScaleAsync("web", 4, cancellationToken: Stop);
        return new Dictionary<string, ScalingState> { ["web"] = other.AutoScaler.GetStatus("web").State };
    }

    private async Task EvaluatedAsync(int count) => await UntilAsync(() => Volatile.Read(ref _evaluated) >= count);

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await PassAsync(TimeSpan.FromMilliseconds(1));
    }

    private async Task PassAsync(TimeSpan by)
    {
        _time.Advance(by);
        await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
    }
}
