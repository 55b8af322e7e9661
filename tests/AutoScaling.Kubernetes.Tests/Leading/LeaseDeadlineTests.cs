using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoScaling.Kubernetes.Tests.Leading;

/// <summary>The timer that ends a term when nothing more is heard.</summary>
public sealed class LeaseDeadlineTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)] // 1.3 ms too late, which a timer takes for never.
    [InlineData(3)] // 2.3 ms too late, which a timer does not take.
    [InlineData(10_000)]
    public async Task Follow_TheTimerComesEarlyAndTimePassesMeanwhile_IsSetAgainAndEndsTheTerm(double milliseconds)
    {
        var time = new SlowTime();
        await using var stub = await StubServer.StartAsync();
        stub.Fault = AnswerAsync;
        var options = new LeaderElectionOptions { Identity = "a" };
        using var api = new ApiClient(stub.Options().Apart(LeaseElection.RequestTimeout(options)), TimeProvider.System);
        using var election = new LeaseElection(options, api, time, NullLogger<LeaseElection>.Instance);
        await election.StartAsync(() => { }, Cancellation);
        while (time.Deadline.Due != options.RenewDeadline) await Task.Delay(5, Cancellation);
        var term = election.Term!;

        // Timers count whole milliseconds.
        time.Elapsed = options.RenewDeadline - TimeSpan.FromMilliseconds(0.7);
        time.PassesAtEachLook = TimeSpan.FromMilliseconds(milliseconds);
        time.Deadline.Fire();
        time.PassesAtEachLook = TimeSpan.Zero;

        Assert.False(term.Ended.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromMilliseconds(1), time.Deadline.Due);
        time.Elapsed = options.RenewDeadline + TimeSpan.FromMilliseconds(0.3);
        time.Deadline.Fire();
        Assert.True(term.Ended.IsCancellationRequested);
    }

    /// <summary>A Lease without a holder, which takes whatever is written to it.</summary>
    private static async Task<bool> AnswerAsync(HttpContext context, string request, int times)
    {
        context.Response.ContentType = "application/json";
        if (context.Request.Method == "GET")
        {
            await context.Response.WriteAsync("""{"metadata": {"name": "autoscaling", "uid": "u", "resourceVersion": "1"}, "spec": {}}""", Cancellation);
            return true;
        }

        using var body = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync(await body.ReadToEndAsync(Cancellation), Cancellation);
        return true;
    }

    /// <summary>Time that stands still until the test moves it, and passes with every look at the wall clock, as when a thread is not let run for a while.</summary>
    private sealed class SlowTime : TimeProvider
    {
        private ManualTimer? _first;

        public TimeSpan Elapsed { get; set; }

        public TimeSpan PassesAtEachLook { get; set; }

        /// <summary>The first timer that the election has made.</summary>
        public ManualTimer Deadline => _first!;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override DateTimeOffset GetUtcNow()
        {
            var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero) + Elapsed;
            Elapsed += PassesAtEachLook;
            return now;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(() => callback(state)) { Due = dueTime };
            _first ??= timer;
            return timer;
        }
    }

    private sealed class ManualTimer(Action callback) : ITimer
    {
        public TimeSpan Due { get; set; }

        public void Fire() => callback();

        // With the rules of System.Threading.Timer.
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if ((long)dueTime.TotalMilliseconds < -1) throw new ArgumentOutOfRangeException(nameof(dueTime));
            Due = dueTime;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
