namespace AutoScaling.AspNetCore.Following;

/// <summary>
/// How all targets stand, sorted with the worst first. Made at most once in an update interval, however many look at it.
/// </summary>
internal sealed class Board(IAutoScaler autoScaler, History history, AutoScalingEndpointOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Sorted? _sorted;
    private long _madeAt;

    /// <summary>How they stand now, or stood less than an update interval ago.</summary>
    public Sorted Get()
    {
        lock (_lock)
        {
            if (_sorted is not null && time.GetElapsedTime(_madeAt) < options.UpdateInterval) return _sorted;
            _madeAt = time.GetTimestamp();
            var status = autoScaler.GetStatus();
            history.Keep([.. status.Targets.Select(target => target.Target)]);
            return _sorted = Sorted.Of(status);
        }
    }

    /// <summary>The next who looks sees what has just been done.</summary>
    public void Refresh()
    {
        lock (_lock) _sorted = null;
    }
}

/// <summary>All targets with their standing, the worst first, then by name.</summary>
internal sealed record Sorted(AutoScalerStatus Status, IReadOnlyList<(TargetStatus Target, Standing Standing)> Targets)
{
    public static Sorted Of(AutoScalerStatus status)
    {
        // They come by name, and sorting by standing keeps that order.
        var all = status.Targets.Select(target => (target, Standings.Of(target))).OrderBy(pair => pair.Item2);
        return new(status, [.. all]);
    }

    /// <summary>The replicas of all that are ready, as far as is known.</summary>
    public long Ready { get; } = Targets.Sum(t => (long)(t.Target.Replicas?.Ready ?? 0));

    /// <summary>The replicas that all want, as far as is decided.</summary>
    public long Wanted { get; } = Targets.Sum(t => (long)(t.Target.Wanted ?? 0));

    /// <summary>How many there are of each standing that there is.</summary>
    public Dictionary<string, int> Counts =>
        Targets.CountBy(t => t.Standing).ToDictionary(c => c.Key.Word(), c => c.Value, StringComparer.Ordinal);

    /// <summary>Those whose name contains a text, and that stand so.</summary>
    public IReadOnlyList<(TargetStatus Target, Standing Standing)> Matching(string? search, Standing? standing) =>
        string.IsNullOrEmpty(search) && standing is null
            ? Targets
            : [.. Targets.Where(t => (standing is null || t.Standing == standing)
                && (string.IsNullOrEmpty(search) || t.Target.Target.Name.Contains(search, StringComparison.OrdinalIgnoreCase)))];
}
