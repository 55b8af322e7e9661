namespace AutoScaling.Hosting;

/// <summary>Has targets evaluated that were taken, and saved when they are let go.</summary>
internal sealed class ShareHost(TargetRegistry targets, Schedule schedule, ShareKeeper keeper, WakeUp wake)
    : ITargetShareHost
{
    public IEnumerable<ScalingTarget> Targets => targets.All.Select(t => t.Target);

    public long TargetsVersion => targets.Version;

    public void Take(IEnumerable<ScalingTarget> taken)
    {
        var known = Find(taken);
        schedule.Restart(known);

        // Somebody may have enabled it, which only its saved state knows.
        foreach (var target in known.Where(t => !t.Enabled)) _ = LookAsync(target);
        wake.Wake();
    }

    public Task ReleaseAsync(IEnumerable<ScalingTarget> released, CancellationToken cancellationToken) =>
        keeper.ReleaseAsync(Find(released), cancellationToken);

    /// <summary>Forgets targets that have had no policy for a day, and deletes what was saved of them.</summary>
    public void ForgetExpired()
    {
        if (targets.Expired() is { Count: > 0 } gone) _ = keeper.ForgetAsync(gone, targets.Forget);
    }

    private async Task LookAsync(ManagedTarget target)
    {
        await keeper.LoadPatientlyAsync(target, null).ConfigureAwait(false);
        if (!target.Enabled) return;
        schedule.Add(target, isNew: true);
        wake.Wake();
    }

    private List<ManagedTarget> Find(IEnumerable<ScalingTarget> names) => [.. names.Select(targets.TryFind).OfType<ManagedTarget>()];
}
