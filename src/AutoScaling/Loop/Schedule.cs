namespace AutoScaling;

/// <summary>
/// When each target is due: one queue for all. A target's own due time is the truth; an entry of the queue that differs from it is an outdated one and is dropped when met,
/// so that moving a target costs one more entry and no search.
/// </summary>
internal sealed class Schedule
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<ManagedTarget, long> _queue = new();

    /// <summary>Makes a target due at a time, in UTC ticks.</summary>
    public void Set(ManagedTarget target, long due)
    {
        lock (_lock)
        {
            if (target.Due == due || target.Removed) return;
            target.Due = due;
            _queue.Enqueue(target, due);
        }
    }

    /// <summary>Makes a target due at a time unless it is due earlier.</summary>
    public void SetAtLatest(ManagedTarget target, long due)
    {
        lock (_lock)
        {
            if (target.Due == 0 || target.Due > due) Set(target, due);
        }
    }

    /// <summary>Takes the next target that is due out of the schedule; <see langword="null"/> if none is.</summary>
    public ManagedTarget? Take(long now, out long due)
    {
        lock (_lock)
        {
            while (_queue.TryPeek(out var target, out due) && due <= now)
            {
                _queue.Dequeue();
                if (target.Due != due || target.Removed) continue;
                target.Due = 0;
                return target;
            }

            due = 0;
            return null;
        }
    }

    /// <summary>When the next target is due, in UTC ticks; <see langword="null"/> if the schedule is empty.</summary>
    public long? Next()
    {
        lock (_lock)
        {
            return _queue.TryPeek(out _, out var due) ? due : null;
        }
    }
}
