using AutoScaling.Evaluating;
using AutoScaling.Primitives;

namespace AutoScaling.Hosting;

/// <summary>
/// Lets evaluations in while this copy leads and has taken over what was saved, or while the target is this host's; always, if there is
/// neither election nor share.
/// </summary>
internal sealed class LeaderGate(QuietLogger<IAutoScaler> logger, ILeaderElection? election = null, ITargetShare? share = null)
{
    private long? _taken;
    private LeaderTerm? _term = election is null ? LeaderTerm.Unlimited : null;

    /// <summary>The term that was taken over and is not over; <see langword="null"/> if there is none.</summary>
    public LeaderTerm? Term => Volatile.Read(ref _term) is { IsCurrent: true } term ? term : null;

    /// <summary>Whether several hosts share out the targets.</summary>
    public bool IsShared => share is not null;

    public bool IsElected => election is not null;

    /// <summary>How this copy stands; <see langword="null"/> if there is no election.</summary>
    public LeadershipStatus? Status => election is null
        ? null
        : new() { Identity = election.Identity, Leads = Term is not null, Leader = election.Leader };

    /// <summary>The term in which a target may be evaluated and scaled here; <see langword="null"/> if it may not.</summary>
    public LeaderTerm? TermOf(ScalingTarget target) =>
        share is null ? Term : share.TermOf(target) is { IsCurrent: true } term ? term : null;

    /// <summary>Begins to take part.</summary>
    public ValueTask StartAsync(Action changed, CancellationToken cancellationToken) =>
        election?.StartAsync(changed, cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>Closes the gate if the term is over, and opens it for one that has begun, once that was taken over.</summary>
    /// <param name="takeOver">Takes over; given the term, and whether what is remembered is still good.</param>
    public async ValueTask FollowAsync(Func<LeaderTerm, bool, Task> takeOver)
    {
        if (election is null) return;
        if (_term is { IsCurrent: false })
        {
            Close();
            Log.LeadsNoLonger(logger, election.Identity);
        }

        if (_term is not null || election.Term is not { IsCurrent: true } term) return;
        try
        {
            var remembered = term.Number == _taken;
            _taken = null;
            await takeOver(term, remembered).ConfigureAwait(false);
            _taken = term.Number;
        }
        catch (OperationCanceledException) when (term.Ended.IsCancellationRequested)
        {
            return; // It was over before it had begun.
        }

        Volatile.Write(ref _term, term);
        Log.Leads(logger, election.Identity);
    }

    /// <summary>Lets nobody in any longer, and another copy lead.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask ResignAsync(CancellationToken cancellationToken)
    {
        if (election is null) return;
        Close();
        try
        {
            await election.ResignAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Then the others have to wait until the term would have ended.
            var (error, trace) = (Phrase.Of(e), EvaluationLog.Trace(e));
            Log.NotResigned(logger, error, trace);
        }
    }

    /// <summary>Why nothing is done for a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="what">What was to be done: <c>evaluated</c>.</param>
    public ScalingException Refuse(ScalingTarget target, string what) =>
        new(ScalingErrorKind.ScalingFailed, $"'{target}' was not {what}: {Reason()}.");

    private string Reason()
    {
        var leader = election?.Leader;
        return share is not null ? "another host looks after it, or is about to"
            : leader is null ? "this copy does not lead, and no leader is known"
            : string.Equals(leader, election!.Identity, StringComparison.Ordinal) ? "this copy is only just taking over"
            : $"this copy does not lead; '{leader}' does";
    }

    private void Close() => Volatile.Write(ref _term, null);
}
