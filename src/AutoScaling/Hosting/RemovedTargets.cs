using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AutoScaling.Hosting;

/// <summary>
/// Targets that have no policy any more, kept aside for a day: a policy that comes back goes on with what is remembered, and waits for an
/// evaluation that is still under way. Changed under the registry's lock.
/// </summary>
internal sealed class RemovedTargets(Schedule schedule)
{
    // Longer than a policy is missing by mistake; no cooldown and no window is longer.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<ScalingTarget, ManagedTarget> _targets = new();
    private readonly Queue<(long At, ManagedTarget Target)> _removals = new();

    public IEnumerable<ManagedTarget> All => _targets.Values;

    /// <summary>What was removed or saved at this time, on the schedule's clock, or before, is forgotten.</summary>
    public long Until => schedule.Now - Memory.Ticks;

    public void Keep(ManagedTarget target)
    {
        _targets[target.Target] = target;
        target.RemovedAt = schedule.Now;
        _removals.Enqueue((target.RemovedAt, target));
    }

    /// <summary>Takes a target back, if it is kept.</summary>
    public bool TryTake(ScalingTarget target, [NotNullWhen(true)] out ManagedTarget? kept) => _targets.TryRemove(target, out kept);

    /// <summary>Those whose day is over, each once; they are kept until they are forgotten.</summary>
    public IEnumerable<ManagedTarget> Expired()
    {
        var until = Until;
        while (_removals.TryPeek(out var removal) && removal.At <= until)
        {
            var (at, target) = _removals.Dequeue();

            // It may have come back since, and gone again.
            if (target.Removed && target.RemovedAt == at) yield return target;
        }
    }

    public void Forget(ManagedTarget target) => _targets.TryRemove(new(target.Target, target));
}
