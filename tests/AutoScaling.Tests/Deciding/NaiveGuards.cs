namespace AutoScaling.Tests.Deciding;

/// <summary>
/// Windows, cooldowns and rate limits once more, as their words say and as slow as that is: everything that ever happened is kept in lists and gone through again.
/// </summary>
internal sealed class NaiveGuards
{
    private readonly List<(DateTimeOffset At, int Count)> _recommendations = [];
    private readonly List<(DateTimeOffset At, int Change)> _changes = [];
    private DateTimeOffset? _first;

    public int Decide(ScalingBehavior behavior, ReplicaRange range, int current, int wanted, DateTimeOffset now)
    {
        if (_first is null)
        {
            _first = now;
            _recommendations.Add((now, current));
        }

        if (current < range.Min) return range.Min;
        if (current > range.Max) return range.Max;

        // Up only to the least, down only to the most of the window.
        _recommendations.Add((now, wanted));
        var least = _recommendations.Where(r => now - r.At < behavior.ScaleUp.StabilizationWindow).Select(r => r.Count).Append(wanted).Min();
        var most = _recommendations.Where(r => now - r.At < behavior.ScaleDown.StabilizationWindow).Select(r => r.Count).Append(wanted).Max();
        var count = current;
        if (count < least) count = least;
        if (count > most) count = most;

        // After an up no up, after anything no down; what was before the first evaluation counts as something.
        if (count > current && _changes.Any(c => c.Change > 0 && now - c.At < behavior.ScaleUp.Cooldown)) count = current;
        if (count < current && (_changes.Any(c => now - c.At < behavior.ScaleDown.Cooldown) || now - _first < behavior.ScaleDown.Cooldown)) count = current;

        if (count > current) count = Math.Max(current, Math.Min(count, Reach(behavior.ScaleUp, current, now, up: true)));
        if (count < current) count = Math.Min(current, Math.Max(count, Reach(behavior.ScaleDown, current, now, up: false)));
        return Math.Min(Math.Max(count, range.Min), range.Max);
    }

    public void Applied(int change, DateTimeOffset now)
    {
        if (change != 0) _changes.Add((now, change));
    }

    private int Reach(DirectionBehavior direction, int current, DateTimeOffset now, bool up)
    {
        if (direction.Select == RateLimitSelect.Disabled) return current;
        if (direction.RateLimits.Length == 0) return up ? int.MaxValue : int.MinValue;
        var reaches = new List<int>();
        foreach (var limit in direction.RateLimits)
        {
            var ups = _changes.Where(c => c.Change > 0 && now - c.At < limit.Period).Sum(c => c.Change);
            var downs = -_changes.Where(c => c.Change < 0 && now - c.At < limit.Period).Sum(c => c.Change);
            var start = current - ups + downs;
            reaches.Add((up, limit.Unit) switch
            {
                (true, RateLimitUnit.Replicas) => start + limit.Value,
                (false, RateLimitUnit.Replicas) => start - limit.Value,
                (true, _) => Math.Max(start + 1, (int)Math.Ceiling(start * (1 + (limit.Value / 100.0)))),
                _ => (int)(start * (1 - (limit.Value / 100.0))),
            });
        }

        return up == (direction.Select == RateLimitSelect.Max) ? reaches.Max() : reaches.Min();
    }
}
