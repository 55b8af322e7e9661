namespace AutoScaling.Orleans.Sharing;

/// <summary>The targets of each bucket, as they were at one time.</summary>
internal sealed class TargetsByBucket
{
    private readonly List<ScalingTarget>[] _buckets;

    private TargetsByBucket(long version, List<ScalingTarget>[] buckets) => (Version, _buckets) = (version, buckets);

    public long Version { get; }

    public static TargetsByBucket Of(ITargetShareHost host, int buckets)
    {
        // The version first: what is added meanwhile is seen the next time.
        var version = host.TargetsVersion;
        var index = new List<ScalingTarget>[buckets];
        for (var i = 0; i < buckets; i++) index[i] = [];
        foreach (var target in host.Targets) index[BucketShare.BucketOf(target, buckets)].Add(target);
        return new(version, index);
    }

    public IReadOnlyList<ScalingTarget> In(int bucket) => _buckets[bucket];
}
