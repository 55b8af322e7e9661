using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>When states are saved, in a real host and on fake time.</summary>
public sealed class StateKeeperTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(1);

    private readonly TestTime _time = new();
    private readonly FakeLogCollector _log = new();
    private readonly TestStore _store = new();
    private readonly IHost _host;
    private string _busy = "";

    public StateKeeperTests()
    {
        var metrics = new TestMetrics { Answer = (target, _) => new(ServiceMetrics.Of(_time.GetUtcNow(), target.Name == Volatile.Read(ref _busy) ? 90 : 50)) };
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<IScalingStateStore>(_store);
        builder.Services.AddAutoScaling(o => (o.StartJitter, o.Interval, o.SaveInterval) = (0, Interval, SaveInterval))
            .AddPolicy("a").AddPolicy("b").UseMetrics(_ => metrics).UseScaler(_ => new TestScaler(_time, 4));
        builder.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)).SetMinimumLevel(LogLevel.Debug));
        _host = builder.Build();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IAutoScaler AutoScaler => _host.Services.GetRequiredService<IAutoScaler>();

    [Fact]
    public async Task Save_ATargetIsScaled_ItsIntentIsSavedBeforeAndWhatCameOfItSoonAfter()
    {
        await _host.StartAsync(Stop);
        await ScaleAsync("a");
        await ScaleAsync("b");
        Assert.Equal(["a?", "a", "b?", "b"], _store.Saves);
        await _host.StopAsync(Stop);
        Assert.Equal("a,b", _store.Saves.Last());
    }

    [Fact]
    public async Task Save_NothingIsScaled_AllAreSavedOncePerSaveInterval()
    {
        await _host.StartAsync(Stop);
        await SavedAsync(SaveInterval, () => !_store.Saves.IsEmpty);
        Assert.Equal(["a,b"], _store.Saves);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Save_WhileTheLoopGoesOn_SaysThatMoreMayHaveHappened()
    {
        await _host.StartAsync(Stop);
        await SavedAsync(SaveInterval, () => !_store.Saves.IsEmpty);
        var between = _store.Saved;
        await _host.StopAsync(Stop);
        Assert.True(between["a"].IsSnapshot);
        Assert.False(_store.Saved["a"].IsSnapshot);
    }

    [Fact]
    public async Task Save_WhatCameOfAScalingCouldNotBeSaved_IsSavedWithTheNext()
    {
        await _host.StartAsync(Stop);
        await ScaleAsync("a", () => _store.Troubles = new([new IOException("full")]), () => _store.Troubles.IsEmpty);
        await ScaleAsync("b");
        Assert.Equal(["a?", "b?", "a,b"], _store.Saves);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Save_FailsAgainAndAgain_IsToldOnceForEachReasonAndWhenItIsOver()
    {
        var full = new IOException("The disk is full.");
        _store.Troubles = new([full, full, full, new ScalingException(ScalingErrorKind.ScalingFailed, "The ConfigMap is too large."), full]);
        await _host.StartAsync(Stop);
        while (_store.Saves.IsEmpty) await PassAsync(Interval, () => true);
        await _host.StopAsync(Stop);
        var failed = _log.GetSnapshot().Where(r => r.Id == 12).ToList();
        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Debug, LogLevel.Warning, LogLevel.Warning], failed.Select(r => r.Level));
        Assert.Equal("What is remembered of the targets could not be saved: The disk is full", failed[0].Message);
        Assert.Equal("What is remembered of the targets could not be saved: The ConfigMap is too large", failed[3].Message);
        Assert.Equal((full, null), (failed[0].Exception, failed[3].Exception));
        Assert.Equal("What is remembered of the targets is saved again.", Assert.Single(_log.GetSnapshot(), r => r.Id == 23).Message);
    }

    [Fact]
    public async Task Save_ATargetIsForgotten_ItsStateIsDeletedOnceADayIsOver()
    {
        await _host.StartAsync(Stop);
        await SavedAsync(SaveInterval, () => !_store.Saves.IsEmpty);
        AutoScaler.RemovePolicy("a");
        await SavedAsync(SaveInterval, () => _store.Saves.Count == 2);
        Assert.Equal(["a,b", "a,b"], _store.Saves);
        await SavedAsync(TimeSpan.FromDays(1), () => _store.Saves.Contains("-a"));
        Assert.Equal(["b"], _store.Saved.Keys);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Load_Fails_SaysWhyAndWhatFollows()
    {
        _store.LoadTroubles.Enqueue(new ScalingException(ScalingErrorKind.InvalidConfiguration, "The state file 's.json' cannot be read: it is null."));
        await _host.StartAsync(Stop);
        await _host.StopAsync(Stop);
        var failed = Assert.Single(_log.GetSnapshot(), r => r.Id == 11);
        Assert.Equal(
            "What was remembered of the targets could not be loaded: The state file 's.json' cannot be read: it is null. "
            + "They start anew, and scale-downs wait for the cooldown and the window of their policy, if it has any.",
            failed.Message);
        Assert.Equal((LogLevel.Warning, null), (failed.Level, failed.Exception));
    }

    [Fact]
    public async Task Stop_BeforeTheLoadHasEnded_SavesNothing()
    {
        _store.LoadWait = stop => Task.Delay(Timeout.Infinite, stop);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var starting = _host.StartAsync(cut.Token);
        while (_store.Loads == 0) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        await _host.StopAsync(Stop);
        Assert.Empty(_store.Saves);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Save_TheStoreHangs_IsGivenUpSaidAndNotCalledAgainUntilItCameBack(bool blocks)
    {
        using var release = new ManualResetEventSlim();
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        _store.Wait = _ =>
        {
            if (Interlocked.Increment(ref calls) > 1) return Task.CompletedTask;
            if (blocks) release.Wait(CancellationToken.None);
            return blocks ? Task.CompletedTask : released.Task;
        };
        await _host.StartAsync(Stop);
        await UntilAsync(() => Volatile.Read(ref calls) == 1);
        await UntilAsync(() => _log.GetSnapshot().Any(r => r.Id == 12));
        Assert.StartsWith("What is remembered of the targets could not be saved: ", Assert.Single(AutoScaler.GetStatus().Troubles), StringComparison.Ordinal);
        await UntilAsync(() => _log.GetSnapshot().Count(r => r.Id == 12) >= 2);
        Assert.Equal(
            [
                "What is remembered of the targets could not be saved: it did not answer within 1m",
                "What is remembered of the targets could not be saved: an earlier call of the store has not come back yet",
            ],
            _log.GetSnapshot().Where(r => r.Id == 12).Select(r => r.Message).Take(2));
        Assert.Equal(1, calls);

        release.Set();
        released.SetResult();
        await UntilAsync(() => AutoScaler.GetStatus().Troubles.IsEmpty);
        await _host.StopAsync(Stop);
        Assert.Equal("a,b", _store.Saves.Last());

        async Task UntilAsync(Func<bool> condition)
        {
            for (; !condition(); _time.Advance(TimeSpan.FromSeconds(1))) await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
        }
    }

    [Fact]
    public async Task Stop_TheStoreBlocksItsThread_EndsAllTheSame()
    {
        using var release = new ManualResetEventSlim();
        var called = false;
        _store.Wait = _ =>
        {
            called = true;
            release.Wait(CancellationToken.None);
            return Task.CompletedTask;
        };
        await _host.StartAsync(Stop);
        await EvaluatedAsync();
        var stopping = _host.StopAsync(Stop);
        while (!stopping.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await stopping;
        Assert.True(called);
        Assert.Contains(_log.GetSnapshot(), r => r.Id == 12 && r.Message.EndsWith("it did not answer within 10s", StringComparison.Ordinal));
        release.Set();
    }

    [Fact]
    public async Task Save_SeveralTargetsAreForgotten_AreDeletedByOneWrite()
    {
        await _host.StartAsync(Stop);
        await SavedAsync(SaveInterval, () => !_store.Saves.IsEmpty);
        AutoScaler.SetPolicy(new() { Target = "c", Range = new(1, 9) });
        AutoScaler.RemovePolicy("a");
        AutoScaler.RemovePolicy("b");
        await SavedAsync(TimeSpan.FromDays(1), () => _store.Saves.Contains("-a,-b"));
        Assert.Equal(["c"], _store.Saved.Keys);
        Assert.Single(_store.Saves, s => s.StartsWith('-'));
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Save_WhatIsForgottenCouldNotBeDeleted_IsDeletedWithTheNextSaveOfAll()
    {
        await _host.StartAsync(Stop);
        await SavedAsync(SaveInterval, () => !_store.Saves.IsEmpty);
        AutoScaler.RemovePolicy("a");
        _store.DeleteTroubles.Enqueue(new IOException("The disk is full."));
        await SavedAsync(TimeSpan.FromDays(1), () => _store.DeleteTroubles.IsEmpty);
        Assert.Equal(["a", "b"], _store.Saved.Keys.Order(StringComparer.Ordinal));
        await SavedAsync(SaveInterval, () => _store.Saves.Contains("-a"));
        Assert.Equal(["b"], _store.Saved.Keys);
        Assert.Equal("What is remembered of the targets could not be saved: The disk is full", Assert.Single(_log.GetSnapshot(), r => r.Id == 12).Message);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Load_FailsForAWhile_IsTriedAgainBeforeAnythingIsEvaluated()
    {
        var away = new IOException("The network is away.");
        foreach (var trouble in new Exception[] { away, away, new TimeoutException("The store is slow.") }) _store.LoadTroubles.Enqueue(trouble);
        await StartedAsync();
        Assert.Equal(4, _store.Loads);
        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Warning], _log.GetSnapshot().Where(r => r.Id == 30).Select(r => r.Level));
        Assert.Equal(
            "What was remembered of the targets could not be loaded yet: The network is away. It is tried again for 20s, and nothing is evaluated before.",
            _log.GetSnapshot().First(r => r.Id == 30).Message);
        Assert.Equal("What was remembered of the targets is loaded now.", Assert.Single(_log.GetSnapshot(), r => r.Id == 31).Message);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Load_FailsForTooLong_StartsAnewAndSaysSo()
    {
        var began = _time.GetUtcNow();
        for (var i = 0; i < 100; i++) _store.LoadTroubles.Enqueue(new IOException("The network is away."));
        await StartedAsync();
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(21));
        var failed = Assert.Single(_log.GetSnapshot(), r => r.Id == 11);
        Assert.StartsWith("What was remembered of the targets could not be loaded: The network is away. They start anew", failed.Message, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Warning, failed.Level);
        await _host.StopAsync(Stop);
    }

    public void Dispose() => _host.Dispose();

    /// <summary>Starts the host, and lets time pass while it waits for the store.</summary>
    private async Task StartedAsync()
    {
        var start = _host.StartAsync(Stop);
        for (; !start.IsCompleted; _time.Advance(TimeSpan.FromMilliseconds(50))) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        await start;
    }

    /// <summary>Makes a target busy until it was scaled, and until that was saved.</summary>
    private async Task ScaleAsync(string target, Action? scaled = null, Func<bool>? saved = null)
    {
        // Not in the very first evaluation: what came of it could be saved before the test looks.
        await EvaluatedAsync();
        _busy = target;
        await PassAsync(Interval, () => AutoScaler.GetStatus(target).State.LastWritten == 6);
        _busy = "";
        scaled?.Invoke();
        await PassAsync(TimeSpan.FromSeconds(1), saved ?? (() => _store.Saves.Any(s => s.Split(',').Contains(target))));
    }

    /// <summary>Waits until all targets have been evaluated as often as it is time for, and until nothing is being saved.</summary>
    private async Task EvaluatedAsync()
    {
        var keeper = _host.Services.GetRequiredService<StateKeeper>();
        while (!keeper.UnderWay.IsCompleted || !AreEvaluated(AutoScaler.GetStatus())) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);

        static bool AreEvaluated(AutoScalerStatus status) => status.Targets.All(t => t.LastEvaluatedAt is not null && t.NextEvaluationAt > status.At);
    }

    /// <summary>
    /// Moves the time on once all targets are due again, and then so slowly that it stays behind the loop however slow the machine is: if it ran ahead, it would be time to save
    /// all before those that were scaled have been saved.
    /// </summary>
    private async Task PassAsync(TimeSpan by, Func<bool> until)
    {
        await EvaluatedAsync();
        for (_time.Advance(by); !until(); _time.Advance(TimeSpan.FromMilliseconds(1))) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
    }

    /// <summary>
    /// Moves the time on, and then from one evaluation to the next: what is due with an evaluation that has not ended yet is put off by that one. A save that is under way when the
    /// time jumps would have taken too long.
    /// </summary>
    private async Task SavedAsync(TimeSpan by, Func<bool> until)
    {
        await EvaluatedAsync();
        do
        {
            _time.Advance(by);
            await EvaluatedAsync();
            by = Interval;
        }
        while (!until());
    }
}
