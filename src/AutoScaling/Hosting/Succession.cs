namespace AutoScaling.Hosting;

/// <summary>
/// Where the host goes on from, and what it leaves to the next: loads what was saved when it starts or comes to lead, saves while it runs
/// and when it ends.
/// </summary>
internal sealed class Succession(
    TargetRegistry targets, Schedule schedule, LeaderGate gate, IStateKeeper keeper, WakeUp wake)
{
    private bool _hasLoaded;

    /// <summary>How the targets are shared out, and who is told of it; <see langword="null"/> if they are not.</summary>
    public (ITargetShare Share, ShareHost Host)? Sharing { get; init; }

    /// <summary>Loads what was saved; one of several copies does so when it comes to lead.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (!gate.IsElected) targets.Adopt(await keeper.LoadAsync(cancellationToken).ConfigureAwait(false));
        _hasLoaded = true;
        targets.Start();
    }

    /// <summary>Takes part in the election, or takes its share of the targets, if there is such a thing.</summary>
    public async ValueTask JoinAsync(CancellationToken cancellationToken)
    {
        await gate.StartAsync(wake.Wake, cancellationToken).ConfigureAwait(false);
        if (Sharing is var (share, host)) await share.StartAsync(host, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leads if it is this copy's turn, and no longer if it is not; and saves if it is time.</summary>
    public async Task FollowAsync(CancellationToken stopping) =>
        await gate.FollowAsync((term, remembered) => TakeOverAsync(term, remembered, stopping)).ConfigureAwait(false);

    /// <summary>Saves if it is time, and forgets what nobody needs any longer.</summary>
    public void SaveIfDue()
    {
        keeper.SaveIfDue();
        if (Sharing is var (_, host)) host.ForgetExpired();
    }

    /// <summary>Saves at the end, and lets another copy lead.</summary>
    /// <param name="drained">Whether nothing is under way any longer; while something is, no other copy may begin.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EndAsync(bool drained, CancellationToken cancellationToken)
    {
        // Who stops before it has loaded what was saved knows nothing, and must not write that over it.
        if (_hasLoaded) await keeper.SaveLastAsync().ConfigureAwait(false);
        if (Sharing is var (share, _)) await share.StopAsync(cancellationToken).ConfigureAwait(false);
        if (drained) await gate.ResignAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task TakeOverAsync(LeaderTerm term, bool remembered, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(term.Ended, stopping);
        if (!remembered)
        {
            var saved = await keeper.LoadAsync(ends.Token).ConfigureAwait(false);
            await targets.ReplaceStatesAsync(saved, ends.Token).ConfigureAwait(false);
        }

        schedule.Restart(targets.All);
    }
}
