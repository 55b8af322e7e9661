using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>What is saved before a target is scaled, and what happens when it cannot be.</summary>
public sealed class IntentTests
{
    private readonly TestStore _store = new();
    private readonly FakeLogCollector _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tick_IntentIsSaved_TheScalingComesAfterwards()
    {
        using var system = System(b => b.AddPolicy("web"));
        system.Cpu = 90;
        _store.Wait = _ =>
        {
            Assert.Equal(4, system.Scaler.Replicas("web"));
            return Task.CompletedTask;
        };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("web"));
        Assert.Equal(["web?"], _store.Saves);
        Assert.True(_store.Saved["web"].IsSnapshot);
    }

    [Fact]
    public async Task Tick_NothingIsToBeScaled_NothingIsSaved()
    {
        using var system = System(b => b.AddPolicy("web"));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Empty(_store.Saves);
    }

    [Fact]
    public async Task Tick_ManyAreScaledAtOnce_TheyShareTheWrites()
    {
        using var system = System(b =>
        {
            for (var i = 0; i < 100; i++) b.AddPolicy($"t{i}");
        });
        system.Cpu = 90;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var decided = 0;
        system.Metrics.Answer = (_, _) =>
        {
            if (Interlocked.Increment(ref decided) == 100) all.SetResult();
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 90));
        };
        _store.Wait = async stop =>
        {
            // The first write takes until all the others have come.
            await all.Task.WaitAsync(stop);
            await Task.Delay(50, stop);
        };
        await system.AutoScaler.TickAsync(Stop);
        Assert.InRange(_store.Saves.Count, 1, 3);
        Assert.Equal(100, _store.Saves.Sum(s => s.Split(',').Length));
        Assert.All(system.AutoScaler.GetStatus().Targets, t => Assert.Equal(ScaleOutcomeKind.Applied, t.LastOutcome!.Kind));
    }

    [Fact]
    public async Task Tick_IntentToScaleDownCannotBeSaved_TheScalingWaits()
    {
        using var system = System(b => b.AddPolicy("web", max: 3));
        _store.Troubles = new([new IOException("The disk is full.")]);
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(4, system.Scaler.Replicas("web"));
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal(ScaleOutcome.Rejected("what is to be done could not be saved: The disk is full"), record.Outcome);
        Assert.Null(record.Next.Intent);

        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(3, system.Scaler.Replicas("web"));
        Assert.Equal([12, 5, 23], _log.GetSnapshot().Where(r => r.Level >= LogLevel.Information).Select(r => r.Id.Id).Take(3));
    }

    [Theory]
    [InlineData(true, "it did not answer within 5s")]
    [InlineData(false, "The disk is full")]
    public async Task Tick_IntentToScaleUpCannotBeSaved_IsScaledAndSaysSo(bool hangs, string reason)
    {
        using var system = System(b => b.AddPolicy("web"));
        system.Cpu = 90;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        _store.Wait = _ =>
        {
            asked.TrySetResult();
            return hangs ? never.Task : throw new IOException("The disk is full.");
        };
        var tick = system.AutoScaler.TickAsync(Stop);
        await asked.Task.WaitAsync(Stop);
        if (hangs) system.Time.Advance(TimeSpan.FromSeconds(5));
        await tick;
        Assert.Equal(6, system.Scaler.Replicas("web"));
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal((ScaleOutcomeKind.Applied, null), (record.Outcome.Kind, record.Error));
        Assert.Equal($"'web' was scaled though that could not be saved before: {reason}.", record.Warning);
        Assert.EndsWith(" " + record.Warning, record.Explain(), StringComparison.Ordinal);
        var told = Assert.Single(_log.GetSnapshot(), r => r.Id == 25);
        Assert.Equal((LogLevel.Warning, record.Warning), (told.Level, told.Message));
        never.SetResult();
    }

    [Fact]
    public async Task Scale_ByHandToFewerAndTheIntentCannotBeSaved_SaysWhy()
    {
        using var system = System(b => b.AddPolicy("web"));
        _store.Troubles = new([new IOException("The disk is full.")]);
        var error = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.ScaleAsync("web", 2, cancellationToken: Stop));
        Assert.Equal("'web' was not scaled to 2: what is to be done could not be saved: The disk is full.", error.Message);
        Assert.Equal(4, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Tick_DisabledWhileTheIntentIsSaved_ReplicasStayAsTheyAre()
    {
        using var system = System(b => b.AddPolicy("web"));
        system.Cpu = 90;
        _store.Wait = _ =>
        {
            system.AutoScaler.Disable("web");
            return Task.CompletedTask;
        };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Empty(system.Scaler.Fake.Calls);
        Assert.Equal("it was disabled or removed meanwhile", system.AutoScaler.GetRecent("web")[0].Outcome.Reason);
    }

    private TestSystem System(Action<AutoScalingBuilder> build) => new(b =>
    {
        build(b);
        b.Services.AddSingleton<IScalingStateStore>(_store);
        b.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)).SetMinimumLevel(LogLevel.Debug));
    });
}
