using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes;

/// <summary>Elects one of several copies by a Lease: looks at it and renews it, for as long as the host runs and whatever the API server answers.</summary>
/// <remarks>
/// Not by the Kubernetes client's <c>LeaderElector</c>: that one compares wall clocks, which may be set; leaves a renewal under way when its deadline is over, which then
/// still takes the Lease; takes up to 22 s to notice a dead holder; does not release the Lease; and ends with an exception when the API server cannot be reached.
/// </remarks>
internal sealed class LeaseElection : ILeaderElection, IDisposable
{
    // Of the time that a leader has, how much one request may take: a request that hangs leaves time for another one on a new connection.
    private const double RequestShare = 1.0 / 3;

    // How much sooner than usual a leader tries again whose renewal has failed.
    private const double Haste = 0.25;

    private readonly LeaderElectionOptions _options;
    private readonly LeaseClient _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly ITimer _deadline;
    private readonly long _origin;
    private Candidate _candidate;
    private long _renewedAt;
    private Tenure? _tenure;
    private Task _running = Task.CompletedTask;
    private Action? _changed;
    private bool _troubled;

    public LeaseElection(LeaderElectionOptions options, LeaseClient lease, TimeProvider time, ILogger<LeaseElection> log)
    {
        (_options, _lease, _time, _log) = (options, lease, time, log);
        _candidate = new() { Identity = options.Identity, LeaseDuration = options.LeaseDuration, RenewDeadline = options.RenewDeadline };
        _origin = time.GetTimestamp();
        _deadline = time.CreateTimer(static election => ((LeaseElection)election!).Follow(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Identity => _options.Identity;

    public string? Leader => Volatile.Read(ref _candidate).Holder;

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
        var own = _candidate;
        if (own.IsOwn && await _lease.WriteAsync(own.Target, own.Released(Now), cancellationToken).ConfigureAwait(false) is null)
        {
            // Perhaps only a renewal of which nobody has heard.
            own = own.See(await _lease.ReadAsync(cancellationToken).ConfigureAwait(false), Now);
            if (own.IsOwn) await _lease.WriteAsync(own.Target, own.Released(Now), cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _deadline.Dispose();
        End();
        _lease.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var good = await TryAsync().ConfigureAwait(false);
                await Task.Delay(Wait(good), _time, _stop.Token).ConfigureAwait(false);
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
            if (_troubled) Log.LeaseTroubleOver(_log, _lease.Namespace, _lease.Name);
            _troubled = false;
            return true;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // Whatever it is: this copy takes part again as soon as it can. Until then its clock ends its term.
            if (!_troubled) Log.LeaseTrouble(_log, _lease.Namespace, _lease.Name, e.Message.TrimEnd('.'));
            _troubled = true;
            return false;
        }
    }

    /// <summary>Renews the Lease, takes it, or looks whose it is.</summary>
    private async Task LookAsync()
    {
        if (!_candidate.Holds(Now)) await SeeAsync().ConfigureAwait(false);
        if (_candidate.UntilFree(Now) > TimeSpan.Zero || await ClaimAsync().ConfigureAwait(false)) return;

        // Somebody has written it meanwhile, perhaps only a label of it, or has deleted it.
        await SeeAsync().ConfigureAwait(false);
        if (_candidate.UntilFree(Now) == TimeSpan.Zero) await ClaimAsync().ConfigureAwait(false);
    }

    private async Task SeeAsync()
    {
        var lease = await _lease.ReadAsync(_stop.Token).ConfigureAwait(false);
        Set(_candidate.See(lease, Now));
    }

    /// <returns>Whether what was written was written over what was seen.</returns>
    private async Task<bool> ClaimAsync()
    {
        var (sentAt, utc) = (Now, _time.GetUtcNow());
        Set(_candidate.Claim(utc));
        if (await _lease.WriteAsync(_candidate.Target, _candidate.Sent!, _stop.Token).ConfigureAwait(false) is not { } lease) return false;
        Volatile.Write(ref _renewedAt, utc.UtcTicks);
        Set(_candidate.Confirm(lease, sentAt, Now));
        return true;
    }

    private TimeSpan Wait(bool good)
    {
        var (now, own) = (Now, _candidate);
        if (own.Holds(now)) return good ? _options.RetryPeriod : _options.RetryPeriod * Haste;

        // Exactly when the Lease becomes free, and not a period later.
        var free = good ? own.UntilFree(now) : TimeSpan.Zero;
        return free > TimeSpan.Zero && free < _options.RetryPeriod ? free : _options.RetryPeriod;
    }

    private void Set(Candidate next)
    {
        var before = _candidate;
        Volatile.Write(ref _candidate, next);
        if (next.Holder is { } holder && !string.Equals(holder, before.Holder, StringComparison.Ordinal)) Log.LeaseHolder(_log, _lease.Namespace, _lease.Name, holder);
        if (next.IsTooLong && !before.IsTooLong) Log.LeaseTooLong(_log, _lease.Namespace, _lease.Name, next.Seen!.Spec!.LeaseDurationSeconds, Candidate.LongestLease);
        Follow();
    }

    /// <summary>Begins or ends a term, and sees to it that this happens in time even if nothing more is heard.</summary>
    private void Follow()
    {
        Tenure? ended = null;
        var begun = false;
        lock (_gate)
        {
            // One look at all of it: whether the term goes on and for how long must be the same moment's answers.
            var (own, now, utc) = (Volatile.Read(ref _candidate), Now, _time.GetUtcNow());
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

            if (!_stop.IsCancellationRequested && own.UntilChange(now) is { } left) _deadline.Change(WholeMilliseconds(left), Timeout.InfiniteTimeSpan);
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

    // Timers drop what is less than a millisecond, and would come too early, again and again.
    private static TimeSpan WholeMilliseconds(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, time.TotalMilliseconds)));

    private bool IsCurrent() => IsCurrent(Volatile.Read(ref _candidate), Now, _time.GetUtcNow());

    // By both clocks. One stands still while the machine sleeps, the other one may be set back.
    private bool IsCurrent(Candidate own, TimeSpan now, DateTimeOffset utc) => !_stop.IsCancellationRequested
        && own.Leads(now)
        && utc.UtcTicks - Volatile.Read(ref _renewedAt) < _options.RenewDeadline.Ticks;

    /// <summary>A term, and what ends it.</summary>
    private sealed record Tenure(LeaderTerm Term, CancellationTokenSource End);
}
