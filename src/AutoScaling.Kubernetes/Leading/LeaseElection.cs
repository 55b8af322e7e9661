using AutoScaling.Kubernetes.Client;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Leading;

/// <summary>
/// Elects one of several copies by a Lease: looks at it and renews it, for as long as the host runs and whatever the API server answers.
/// </summary>
/// <remarks>
/// <para>
/// It has a client of its own, so that a renewal waits neither for a connection nor for its turn behind a thousand scalings.
/// </para>
/// <para>
/// The Kubernetes client's <c>LeaderElector</c> is not used: it compares wall clocks, which may be set; when its deadline is over it leaves
/// a renewal under way, which then still takes the Lease; it takes up to 22 s to notice a dead holder; it does not release the Lease; and
/// it ends with an exception when the API server cannot be reached.
/// </para>
/// </remarks>
internal sealed class LeaseElection : ILeaderElection, IDisposable
{
    // The share of RenewDeadline that one request may take. A renewal that takes longer cannot be followed by another one in time. If it
    // hangs, there is time for another one on a new connection.
    private const double RequestShare = 1.0 / 2;

    // The share of RetryPeriod after which a leader tries again if a renewal has failed.
    private const double Haste = 0.25;

    private readonly LeaderElectionOptions _options;
    private readonly ApiClient _api;
    private readonly ObjectClient<LeaseDocument, LeaseDocument> _leases;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly ITimer _deadline;
    private readonly long _origin;
    private Contender _self;
    private long _renewedAt;
    private Tenure? _tenure;
    private Task _running = Task.CompletedTask;
    private Action? _changed;
    private bool _troubled;

    /// <summary>Takes part in an election.</summary>
    /// <param name="options">Names and times.</param>
    /// <param name="api">The election's own client, which is disposed with it.</param>
    /// <param name="time">The time.</param>
    /// <param name="log">Is told who leads, and what is wrong.</param>
    public LeaseElection(LeaderElectionOptions options, ApiClient api, TimeProvider time, ILogger<LeaseElection> log)
    {
        (_options, _api, _time, _log) = (options, api, time, log);
        _leases = LeaseDocument.Client(api, options.Namespace ?? api.DefaultNamespace);
        _self = new() { Identity = options.Identity, LeaseDuration = options.LeaseDuration, RenewDeadline = options.RenewDeadline };
        _origin = time.GetTimestamp();
        _deadline = time.CreateTimer(
            static election => ((LeaseElection)election!).Follow(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Identity => _options.Identity;

    public string? Leader => Volatile.Read(ref _self).Holder;

    public LeaderTerm? Term => Volatile.Read(ref _tenure)?.Term is { IsCurrent: true } term ? term : null;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    public static TimeSpan RequestTimeout(LeaderElectionOptions options) => options.RenewDeadline * RequestShare;

    public ValueTask StartAsync(Action changed, CancellationToken cancellationToken)
    {
        _changed = changed;
        _running = Task.Run(RunAsync, CancellationToken.None);
        return ValueTask.CompletedTask;
    }

    public async ValueTask ResignAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        End();
        var own = _self;
        if (own.IsOwn && await WriteAsync(own.Target, own.Released(Now), cancellationToken).ConfigureAwait(false) is null)
        {
            // The Lease is not as this copy saw it last. That may be only by a renewal of its own, of which the answer was lost.
            own = own.See(await _leases.ReadAsync(_options.LeaseName, cancellationToken).ConfigureAwait(false), Now);
            if (own.IsOwn) await WriteAsync(own.Target, own.Released(Now), cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _deadline.Dispose();
        End();
        _api.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var began = Now;
                var good = await TryAsync().ConfigureAwait(false);
                await Task.Delay(Wait(good, began), _time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TryAsync()
    {
        try
        {
            await LookAsync().ConfigureAwait(false);
            if (_troubled) Log.LeaseTroubleOver(_log, _leases.Namespace, _options.LeaseName);
            _troubled = false;
            return true;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // Any failure at all: this copy tries again after a while. If it leads, its term ends in time by its own clock.
            if (!_troubled) Log.LeaseTrouble(_log, _leases.Namespace, _options.LeaseName, e.Message.TrimEnd('.'));
            _troubled = true;
            return false;
        }
    }

    /// <summary>Renews the Lease, takes it, or reads who holds it.</summary>
    private async Task LookAsync()
    {
        if (!_self.Holds(Now)) await SeeAsync().ConfigureAwait(false);
        if (_self.UntilFree(Now) > TimeSpan.Zero || await ClaimAsync().ConfigureAwait(false)) return;

        // Somebody has written to the Lease meanwhile, perhaps only a label, or has deleted it.
        await SeeAsync().ConfigureAwait(false);
        if (_self.UntilFree(Now) == TimeSpan.Zero) await ClaimAsync().ConfigureAwait(false);
    }

    private async Task SeeAsync()
    {
        var lease = await _leases.ReadAsync(_options.LeaseName, _stop.Token).ConfigureAwait(false);
        Set(_self.See(lease, Now));
    }

    /// <summary>Takes or renews the Lease.</summary>
    /// <returns>Whether it was still as this copy had seen it, so that the write was kept.</returns>
    private async Task<bool> ClaimAsync()
    {
        var (sentAt, utc) = (Now, _time.GetUtcNow());
        Set(_self.Claim(utc));
        if (await WriteAsync(_self.Target, _self.Sent!, _stop.Token).ConfigureAwait(false) is not { } lease) return false;
        Volatile.Write(ref _renewedAt, utc.UtcTicks);
        Set(_self.Confirm(lease, sentAt, Now));
        return true;
    }

    private Task<LeaseDocument?> WriteAsync(LeaseDocument? seen, LeaseSpec spec, CancellationToken cancellationToken) =>
        _leases.WriteAsync(_options.LeaseName, seen?.Metadata, new() { Spec = spec }, cancellationToken);

    private TimeSpan Wait(bool good, TimeSpan began)
    {
        var (now, own) = (Now, _self);
        if (own.Holds(now))
        {
            // From when the last renewal was sent, as its term counts from there, too. Where the API server takes 4 s for an answer, the
            // next renewal is sent at once, and comes in time.
            var left = (good ? _options.RetryPeriod : _options.RetryPeriod * Haste) - (now - began);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        // If the Lease becomes free sooner than the next look, exactly until then.
        var free = good ? own.UntilFree(now) : TimeSpan.Zero;
        return free > TimeSpan.Zero && free < _options.RetryPeriod ? free : _options.RetryPeriod;
    }

    private void Set(Contender next)
    {
        var before = _self;
        Volatile.Write(ref _self, next);
        if (next.Holder is { } holder && !string.Equals(holder, before.Holder, StringComparison.Ordinal))
            Log.LeaseHolder(_log, _leases.Namespace, _options.LeaseName, holder);
        if (next.IsTooLong && !before.IsTooLong)
            Log.LeaseTooLong(_log, _leases.Namespace, _options.LeaseName, Phrase.Exact(next.Written), Phrase.Exact(Contender.LongestLease));
        Follow();
    }

    /// <summary>Begins or ends a term, and sets the timer that does so if no answer comes.</summary>
    private void Follow()
    {
        Tenure? ended = null;
        var begun = false;
        lock (_gate)
        {
            // Read once: whether the term goes on, and for how long, must be computed from the same values.
            var (own, now, utc) = (Volatile.Read(ref _self), Now, _time.GetUtcNow());
            if (IsCurrent(own, now, utc))
            {
                if (_tenure is not null && _tenure.Term.Number != own.Number) ended = _tenure;
                if (_tenure is null || ended is not null)
                {
                    var end = new CancellationTokenSource();
                    _tenure = new(new(IsCurrent, end.Token) { Number = own.Number }, end);
                    begun = true;
                }
            }
            else
            {
                (ended, _tenure) = (_tenure, null);
            }

            if (!_stop.IsCancellationRequested && own.UntilChange(now) is { } left)
                _deadline.Change(WholeMilliseconds(left), Timeout.InfiniteTimeSpan);
        }

        Tell(ended, begun);
    }

    private void End()
    {
        Tenure? ended;
        lock (_gate) (ended, _tenure) = (_tenure, null);
        Tell(ended, begun: false);
    }

    private void Tell(Tenure? ended, bool begun)
    {
        try
        {
            ended?.End.Cancel();
        }
        catch (AggregateException e)
        {
            Log.EndFailed(_log, e);
        }

        if (ended is not null || begun) _changed?.Invoke();
    }

    // Rounded up, because timers drop fractions of a millisecond. They would fire too early, and be set again, several times.
    private static TimeSpan WholeMilliseconds(TimeSpan time) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, time.TotalMilliseconds)));

    private bool IsCurrent() => IsCurrent(Volatile.Read(ref _self), Now, _time.GetUtcNow());

    // By two clocks, because the first may stand still while the machine sleeps, and the wall clock may be set back.
    private bool IsCurrent(Contender own, TimeSpan now, DateTimeOffset utc) => !_stop.IsCancellationRequested
        && own.Leads(now)
        && utc.UtcTicks - Volatile.Read(ref _renewedAt) < _options.RenewDeadline.Ticks;

    /// <summary>A term, and what ends it.</summary>
    private sealed record Tenure(LeaderTerm Term, CancellationTokenSource End);
}
