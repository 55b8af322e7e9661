using AutoScaling.Primitives;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>
/// When each target is due: one queue for all. A target's own due time is the truth; an entry of the queue that differs from it is an
/// outdated one and is dropped when met, so that moving a target costs one more entry and no search.
/// </summary>
/// <remarks>
/// Times are ticks since the schedule was made, on the clock that is never set: a wall clock that goes back must not stop the evaluations.
/// </remarks>
internal sealed class Schedule(TimeProvider time, IOptions<AutoScalingOptions> options)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<ManagedTarget, long> _queue = new();
    private readonly long _origin = time.GetTimestamp();

    /// <summary>The time, at least 1.</summary>
    public long Now => time.GetElapsedTime(_origin).Ticks + 1;

    /// <summary>Whether the host evaluates what is due, and nobody ticks by hand.</summary>
    public bool RunsByItself => options.Value.RunLoop;

    /// <summary>Whether the host scales nothing.</summary>
    public bool OnlyRecommends => options.Value.RecommendOnly;

    /// <summary>How many records targets keep.</summary>
    public RecentLimit Recent { get; } = new(options.Value.RecentRecords, options.Value.RecentRecordsInAll);

    public TimeSpan Interval(ScalingPolicy policy) => policy.Interval ?? options.Value.Interval;

    /// <summary>Makes a target due: a new one within the start jitter, one that got another policy within its new interval.</summary>
    public void Add(ManagedTarget target, bool isNew)
    {
        var interval = Interval(target.Policy).Ticks;
        var spread = (long)(interval * options.Value.StartJitter);
        var wait = !isNew ? interval : spread == 0 ? 0 : (long)(StableHash.Of(target.Target.Name) % (ulong)spread);
        SetAtLatest(target, Now + wait);
    }

    /// <summary>Makes targets due as if they were new: what was missed while another copy led is not late.</summary>
    public void Restart(IEnumerable<ManagedTarget> targets)
    {
        foreach (var target in targets)
        {
            lock (_lock) target.Due = 0;
            if (target.Enabled) Add(target, isNew: true);
        }
    }

    /// <summary>
    /// Makes a target due after one that was due at a time. That keeps the rhythm; times that were missed are not made up for.
    /// </summary>
    public void AddNext(ManagedTarget target, long due)
    {
        var interval = Interval(target.Policy).Ticks;
        var missed = Math.Max(0, (Now - due) / interval);
        if (target.Enabled) SetAtLatest(target, due + ((missed + 1) * interval));
    }

    /// <summary>Makes a target due at a time unless it is due earlier.</summary>
    public void SetAtLatest(ManagedTarget target, long due)
    {
        lock (_lock)
        {
            if (target.Removed || (target.Due != 0 && target.Due <= due)) return;
            target.Due = due;
            _queue.Enqueue(target, due);
        }
    }

    /// <summary>Takes the next enabled target that is due out of the schedule; <see langword="null"/> if none is.</summary>
    public (ManagedTarget Target, long Due)? Take(long now)
    {
        lock (_lock)
        {
            while (_queue.TryPeek(out var target, out var due) && due <= now)
            {
                _queue.Dequeue();
                if (target.Due != due) continue;
                (target.Due, target.Taken) = (0, due);
                if (target.Enabled && !target.Removed) return (target, due);
            }

            return null;
        }
    }

    /// <summary>When the next target is due; <see langword="null"/> if none is in the schedule.</summary>
    public long? NextDue
    {
        get
        {
            lock (_lock) return _queue.TryPeek(out _, out var due) ? due : null;
        }
    }
}
