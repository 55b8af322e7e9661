using System.Collections.Concurrent;

namespace AutoScaling.AspNetCore.Following;

/// <summary>What the plots show of all targets: more than the autoscaler keeps, and less of each evaluation.</summary>
internal sealed class History(IAutoScaler autoScaler, AutoScalingEndpointOptions options)
{
    private readonly ConcurrentDictionary<ScalingTarget, TargetHistory> _targets = new();
    private long _version;

    /// <summary>How many evaluations were seen: it changes with each.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Follows the evaluations until the host stops.</summary>
    public async Task FollowAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var record in autoScaler.WatchAsync(target: null, stopping).ConfigureAwait(false)) Add(record);
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (ScalingException)
            {
                // It was too slow, as on a machine that stood still: what is kept comes again, and what is known is passed over.
            }
        }
    }

    /// <summary>What is known of a target.</summary>
    public TargetHistory Of(ScalingTarget target) => _targets.GetOrAdd(target, static _ => new());

    /// <summary>Forgets targets that are gone.</summary>
    public void Keep(IReadOnlyCollection<ScalingTarget> there)
    {
        if (_targets.Count <= there.Count) return;
        var known = there.ToHashSet();
        foreach (var target in _targets.Keys.Where(target => !known.Contains(target))) _targets.TryRemove(target, out _);
    }

    private void Add(ScalingRecord record)
    {
        var history = Of(record.Target);
        history.Add(record, Math.Clamp(options.HistoryPointsInAll / _targets.Count, 2, options.HistoryPoints));
        Interlocked.Increment(ref _version);
    }
}
