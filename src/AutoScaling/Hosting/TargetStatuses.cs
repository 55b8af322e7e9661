namespace AutoScaling.Hosting;

/// <summary>How the host's targets stand, for who asks.</summary>
internal sealed class TargetStatuses(
    TargetRegistry targets, TargetRunner runner, Schedule schedule, LeaderGate gate, SharedTroubles troubles, TimeProvider time)
{
    public AutoScalerStatus All()
    {
        targets.Start();
        var own = targets.All.Where(t => !gate.IsShared || runner.Terms.Has(t));
        return new()
        {
            At = time.GetUtcNow(),
            Targets = [.. own.Select(Of).OrderBy(t => t.Target.Name, StringComparer.Ordinal)],
            ReloadErrors = targets.ReloadErrors,
            Troubles = [.. troubles.All],
            StateTrouble = troubles.OfState,
            Leadership = gate.Status,
            LastEvaluatedAt = runner.LastAt is var at and not 0 ? new DateTimeOffset(at, TimeSpan.Zero) : null,
        };
    }

    public TargetStatus Of(ManagedTarget target)
    {
        var now = time.GetUtcNow();
        var next = target.Due is var due and not 0 && runner.Terms.Has(target)
            ? now + TimeSpan.FromTicks(due - schedule.Now)
            : (DateTimeOffset?)null;
        return target.Status(now, next, schedule.Interval(target.Policy));
    }
}
