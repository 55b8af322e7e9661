using Orleans;
using Orleans.Runtime;

namespace AutoScaling.Orleans.Sharing;

/// <summary>What a silo says of itself with each poke: how many buckets there are, and which are its own.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="IsOwn">For each bucket whether it is this silo's.</param>
[GenerateSerializer]
[Immutable]
[Alias("AutoScaling.SiloBuckets")]
internal sealed record SiloBuckets([property: Id(0)] SiloAddress Silo, [property: Id(1)] bool[] IsOwn);
