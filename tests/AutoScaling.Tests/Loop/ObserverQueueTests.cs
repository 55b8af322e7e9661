using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>Observers that really hold their thread, or are slower than the loop: nobody else waits for them, and what they lose is said.</summary>
public sealed class ObserverQueueTests : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly ConcurrentQueue<string> _hung = new();
    private readonly ConcurrentQueue<string> _well = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tick_AnObserverHangs_IsGivenUpAtItsDeadlineAndSaysWhatItHasLost()
    {
        using var system = new TestSystem(b => b.AddPolicy("a").AddPolicy("b").AddPolicy("c")
            .AddObserver(_ => new Hanging(_release, _hung)).OnEvaluated(r => _well.Enqueue(r.Target.Name)));
        var tick = system.AutoScaler.TickAsync(Stop);
        await UntilAsync(() => _hung.Count == 1 && _well.Count == 3);
        await system.Services.GetRequiredService<Observers>().Queues[1].DrainAsync();
        system.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, await tick);
        Assert.Equal("Warning: The observer Hanging did not come back from a record within 10s: it is told of nothing until it has.", Said(system, 32));

        system.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(3, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal((1, 6), (_hung.Count, _well.Count));
        Assert.Equal(["The observer Hanging has not come back from a record for 30s; 5 records were lost."], system.AutoScaler.GetStatus().Troubles);

        _release.Set();
        await UntilAsync(() => system.AutoScaler.GetStatus().Troubles.IsEmpty);
        await UntilAsync(() => Said(system, 34) is not null);
        Assert.Equal("Warning: The observer Hanging is told of evaluations again; records that it has lost: 5.", Said(system, 34));
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal((4, 9), (_hung.Count, _well.Count));
    }

    [Fact]
    public async Task Evaluate_AnObserverHangs_TheRecordComesAtTheDeadline()
    {
        using var system = new TestSystem(b => b.AddPolicy("a").AddObserver(_ => new Hanging(_release, _hung)));
        var evaluation = system.AutoScaler.EvaluateAsync("a", Stop);
        await UntilAsync(() => _hung.Count == 1);
        system.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(4, (await evaluation).Decision!.To);
    }

    [Fact]
    public async Task Add_MoreThanMayWait_TheRestIsLostAndCounted()
    {
        using var system = new TestSystem(b => b.AddPolicy("a"));
        var record = await system.AutoScaler.EvaluateAsync("a", Stop);
        var log = new FakeLogger(system.Log);
        var queue = new ObserverQueue(new Hanging(_release, _hung), () => 2, TimeSpan.FromSeconds(10), system.Time, log);
        queue.Add(record);
        await UntilAsync(() => _hung.Count == 1);
        for (var i = 0; i < 5; i++) queue.Add(record);
        Assert.Equal("The observer Hanging is too slow; 3 records were lost.", queue.Trouble);
        Assert.Equal("Warning: The observer Hanging is too slow: 2 records wait for it, so it loses what follows.", Said(system, 33));
        _release.Set();
        await queue.DrainAsync();
        await UntilAsync(() => Said(system, 34) is not null);
        Assert.Equal((3, null), (_hung.Count, queue.Trouble));
        Assert.Equal("Warning: The observer Hanging is told of evaluations again; records that it has lost: 3.", Said(system, 34));
    }

    [Fact]
    public async Task Add_ItsTimeIsOverWhileItIsToldOfNothing_NobodyIsSaidToHang()
    {
        using var system = new TestSystem(b => b.AddPolicy("a"));
        var record = await system.AutoScaler.EvaluateAsync("a", Stop);
        var log = FakeLogCollector.Create(new()
        {
            OutputSink = line =>
            {
                // Between one record and the next.
                if (line.Contains("is told of evaluations again", StringComparison.Ordinal)) system.Time.Advance(TimeSpan.FromMinutes(1));
            },
        });
        var queue = new ObserverQueue(new Hanging(_release, _hung), () => 1, TimeSpan.FromSeconds(10), system.Time, new FakeLogger(log));
        queue.Add(record);
        await UntilAsync(() => _hung.Count == 1);
        queue.Add(record);
        queue.Add(record);
        _release.Set();
        await UntilAsync(() => log.GetSnapshot().Any(r => r.Id == 34));
        queue.Add(record);
        await UntilAsync(() => _hung.Count == 3);
        Assert.Equal([33, 34], log.GetSnapshot().Select(r => r.Id.Id));
    }

    [Fact]
    public async Task Tick_AnObserverThrows_TheStatusSaysSoUntilItDoesNot()
    {
        var throws = true;
        using var system = new TestSystem(b => b.AddPolicy("a").OnEvaluated(_ =>
        {
            if (throws) throw new IOException("No space left on device.");
        }));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(["The observer CallbackObserver failed: No space left on device."], system.AutoScaler.GetStatus().Troubles);
        throws = false;
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Empty(system.AutoScaler.GetStatus().Troubles);
    }

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
    }

    private static string? Said(TestSystem system, int id) =>
        system.Log.GetSnapshot().FirstOrDefault(r => r.Id == id) is { } said ? $"{said.Level}: {said.Message}" : null;

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
    }

    private sealed class Hanging(ManualResetEventSlim release, ConcurrentQueue<string> told) : IScalingObserver
    {
        public void OnEvaluated(ScalingRecord record)
        {
            told.Enqueue(record.Target.Name);
            release.Wait(CancellationToken.None);
        }
    }
}
