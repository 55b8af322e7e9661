using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>How the host's targets stand: for who asks, and for the meter.</summary>
internal sealed class TargetStatuses
{
    private readonly TargetRegistry _targets;
    private readonly TargetRunner _runner;
    private readonly Schedule _schedule;
    private readonly LeaderGate _gate;
    private readonly SharedTroubles _troubles;
    private readonly TimeProvider _time;

    public TargetStatuses(
        TargetRegistry targets,
        TargetRunner runner,
        Schedule schedule,
        LeaderGate gate,
        SharedTroubles troubles,
        Telemetry telemetry,
        TimeProvider time)
    {
        _targets = targets;
        _runner = runner;
        _schedule = schedule;
        _gate = gate;
        _troubles = troubles;
        _time = time;
        telemetry.ObserveReplicas(
            "autoscaling.replicas.wanted", "The replicas that the last decision wants.", () => Measure(t => t.LastDecided?.Decision?.To));
        telemetry.ObserveReplicas(
            "autoscaling.shadow.replicas.wanted", "The replicas that the last decision of each shadow wants.", MeasureShadows);
        telemetry.ObserveReplicas(
            "autoscaling.replicas.current", "The replicas that were ready at the last evaluation.", () => Measure(t => t.LastReplicas?.Ready));
        if (gate.IsElected) telemetry.ObserveLeader(() => gate.Term is not null);
    }

    public AutoScalerStatus All()
    {
        _targets.Start();
        return new()
        {
            At = _time.GetUtcNow(),
            Targets = [.. _targets.All.Select(Of).OrderBy(t => t.Target.Name, StringComparer.Ordinal)],
            ReloadErrors = _targets.ReloadErrors,
            Troubles = [.. _troubles.All],
            Leadership = _gate.Status,
            LastEvaluatedAt = _runner.LastAt is var at and not 0 ? new DateTimeOffset(at, TimeSpan.Zero) : null,
        };
    }

    public TargetStatus Of(ManagedTarget target)
    {
        var now = _time.GetUtcNow();
        var next = target.Due is var due and not 0 && _runner.Leads ? now + TimeSpan.FromTicks(due - _schedule.Now) : (DateTimeOffset?)null;
        return target.Status(now, next, _schedule.Interval(target.Policy));
    }

    private IEnumerable<(ScalingTarget Target, string? Shadow, int Replicas)> Measure(Func<ManagedTarget, int?> value)
    {
        foreach (var target in _targets.All)
        {
            if (value(target) is { } measured) yield return (target.Target, null, measured);
        }
    }

    private IEnumerable<(ScalingTarget Target, string? Shadow, int Replicas)> MeasureShadows()
    {
        foreach (var target in _targets.All)
        {
            foreach (var run in target.Shadows)
            {
                if (run.Last?.Decision is { } decision) yield return (target.Target, run.Shadow.Name, decision.To);
            }
        }
    }
}
