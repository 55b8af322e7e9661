using AutoScaling.Orleans.Sharing;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace AutoScaling.Orleans.Grains;

/// <summary>A bucket of targets: where it is active, its targets are looked after. Targets are named as in their policies.</summary>
[Alias("AutoScaling.IBucketGrain")]
internal interface IBucketGrain : IGrainWithIntegerKey
{
    /// <summary>Keeps the bucket active, and lets its term last longer.</summary>
    /// <param name="caller">The silo that calls, and its buckets.</param>
    /// <returns>The silo that it is active in.</returns>
    [AlwaysInterleave]
    Task<SiloAddress> Poke(SiloBuckets caller);

    /// <summary>Hands the bucket to another silo.</summary>
    /// <param name="silo">Which.</param>
    [AlwaysInterleave]
    Task Move(SiloAddress silo);

    /// <summary>Has its silo answer a call of <see cref="IAutoScaler"/>.</summary>
    /// <param name="call">The call.</param>
    [AlwaysInterleave]
    Task<BucketAnswer> Ask(BucketCall call);
}

/// <summary>A call of <see cref="IAutoScaler"/> on its way to the silo that looks after the target.</summary>
[GenerateSerializer]
[Immutable]
[Alias("AutoScaling.BucketCall")]
internal sealed record BucketCall
{
    [Id(0)]
    public required BucketCallKind Kind { get; init; }

    /// <summary>The target; <see langword="null"/>: all of the bucket.</summary>
    [Id(1)]
    public string? Target { get; init; }

    [Id(2)]
    public int Replicas { get; init; }

    /// <summary>A <see cref="ScalingOverrideKind"/>.</summary>
    [Id(3)]
    public int Override { get; init; }

    [Id(4)]
    public DateTimeOffset? Until { get; init; }

    [Id(5)]
    public string? Reason { get; init; }

    [Id(6)]
    public string? By { get; init; }

    /// <summary>Of records: only those that are newer.</summary>
    [Id(7)]
    public DateTimeOffset? After { get; init; }
}

/// <summary>Which call it is.</summary>
[GenerateSerializer]
[Alias("AutoScaling.BucketCallKind")]
internal enum BucketCallKind
{
    /// <summary>How the bucket's silo and all its targets stand.</summary>
    StatusOfAll,
    Status,
    Recent,
    Enable,
    Disable,
    Scale,
    Pause,
    Hold,
    Resume,
    Metrics,
    Evaluate,
}
