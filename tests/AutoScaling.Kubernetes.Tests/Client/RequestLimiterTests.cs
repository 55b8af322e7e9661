using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Kubernetes.Tests.Client;

public sealed class RequestLimiterTests
{
    private readonly WatchedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitAsync_AfterTheBurst_GoesOnAtTheRate()
    {
        var limiter = new RequestLimiter(10, 3, _time);

        var waits = Waits(limiter, 6);

        Assert.Equal(3, waits.Count(w => w.IsCompleted));
        for (var next = 3; next < waits.Count; next++)
        {
            await _time.WaitedForAsync(next - 2);
            Assert.False(waits[next].IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await waits[next];
        }
    }

    [Fact]
    public void WaitAsync_AfterAQuietTime_AllowsTheBurstAgainAndNoMore()
    {
        var limiter = new RequestLimiter(10, 3, _time);
        Assert.All(Waits(limiter, 3), w => Assert.True(w.IsCompleted));

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(3, Waits(limiter, 5).Count(w => w.IsCompleted));
    }

    [Fact]
    public async Task WaitAsync_ThoseWhoGaveUpWaiting_KeepNobodyElseWaiting()
    {
        // More is asked than may be sent, and nobody waits for long: with the turns of those who are gone in between, nothing at all would be sent any longer.
        var limiter = new RequestLimiter(10, 3, _time);
        using var impatient = new CancellationTokenSource();
        var waits = Enumerable.Range(0, 100).Select(_ => limiter.WaitAsync(impatient.Token).AsTask()).ToList();
        Assert.Equal(3, waits.Count(w => w.IsCompleted));
        await impatient.CancelAsync();
        foreach (var gone in waits.Skip(3)) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        // The first of the hundred waited for the clock, the others behind it.
        var patient = Waits(limiter, 3);
        for (var next = 0; next < patient.Count; next++)
        {
            await _time.WaitedForAsync(next + 2);
            Assert.False(patient[next].IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await patient[next].WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        }
    }

    [Fact]
    public void Next_EachTry_WaitsTwiceAsLongOfWhichUpToHalfIsTakenAway()
    {
        var backoff = new Backoff();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var longest = TimeSpan.FromMilliseconds(100 * (1 << (attempt - 1)));
            var waits = Enumerable.Range(0, 50).Select(_ => backoff.Next(attempt)).ToList();

            Assert.All(waits, w => Assert.InRange(w, longest / 2, longest));
            Assert.True(waits.Max() - waits.Min() > longest / 4);
        }
    }

    [Fact]
    public void Next_TwoClients_DoNotChangeEachOthersWaits() => Assert.Equal(new Backoff().Next(1), new Backoff().Next(1));

    [Theory]
    [InlineData("9", "10", true)]
    [InlineData("10", "9", false)]
    [InlineData("10", "10", false)]
    [InlineData("99999999999999999999", "100000000000000000000", true)]
    public void IsOlder_Versions_AreComparedAsNumbers(string version, string than, bool older) => Assert.Equal(older, ResourceVersion.IsOlder(version, than));

    private static List<Task> Waits(RequestLimiter limiter, int count) => [.. Enumerable.Range(0, count).Select(_ => limiter.WaitAsync(Cancellation).AsTask())];

    /// <summary>A clock that knows how often it has been asked to wait: moved on before that, it would move without the one who is about to wait.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private int _waits;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _waits);
            return timer;
        }

        public async Task WaitedForAsync(int times)
        {
            while (Volatile.Read(ref _waits) < times) await Task.Delay(1, Cancellation);
        }
    }
}
