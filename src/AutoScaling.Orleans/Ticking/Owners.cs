using System.Collections.Immutable;
using Orleans.Runtime;

namespace AutoScaling.Orleans.Ticking;

/// <summary>Which silo each bucket was found in by its last poke, and who should hand some of them over.</summary>
internal sealed class Owners(int buckets)
{
    private readonly SiloAddress?[] _owners = new SiloAddress?[buckets];

    public void Set(int bucket, SiloAddress? owner) => Volatile.Write(ref _owners[bucket], owner);

    /// <summary>The buckets that a silo should hand over, and to whom: so many that none has two more than another.</summary>
    /// <param name="own">The silo.</param>
    /// <param name="silos">The silos that may have buckets, in the same order everywhere.</param>
    /// <param name="most">The most that are handed over at once.</param>
    public IReadOnlyList<(int Bucket, SiloAddress To)> ToMove(SiloAddress own, ImmutableArray<SiloAddress> silos, int most)
    {
        // While some are nowhere, or with a silo that is lost, they are still being placed.
        var counts = silos.ToDictionary(silo => silo, _ => 0);
        var mine = new List<int>();
        for (var bucket = 0; bucket < _owners.Length; bucket++)
        {
            if (Volatile.Read(ref _owners[bucket]) is not { } owner || !counts.TryGetValue(owner, out var count)) return [];
            counts[owner] = count + 1;
            if (owner.Equals(own)) mine.Add(bucket);
        }

        var moves = new List<(int Bucket, SiloAddress To)>();
        foreach (var bucket in mine.Take(most))
        {
            var least = silos.MinBy(silo => counts[silo])!;
            if (counts[own] - counts[least] < 2) break;
            counts[own]--;
            counts[least]++;
            moves.Add((bucket, least));
        }

        return moves;
    }
}
