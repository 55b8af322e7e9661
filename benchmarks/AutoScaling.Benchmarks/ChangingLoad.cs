using System.Collections.Immutable;
using System.Globalization;

namespace AutoScaling.Benchmarks;

/// <summary>
/// A load that is another one at every evaluation: each target's goes up and down in a wave of ten minutes, and is up to a fifth higher or
/// lower each second. The counts are kept as they were scaled. Made of a target's number and the time, without chance.
/// </summary>
/// <param name="targets">How many there are, called <c>service-0</c> and so on.</param>
/// <param name="most">The most replicas that one has.</param>
internal sealed class ChangingLoad(int targets, int most)
{
    private const double Wave = TimeSpan.TicksPerMinute * 10;

    private readonly byte[] _replicas = [.. Enumerable.Repeat((byte)4, targets)];

    /// <summary>The counts that there may be, each made once.</summary>
    private readonly ImmutableArray<ReplicaStatus> _statuses = [.. Enumerable.Range(0, most + 1).Select(ReplicaStatus.AllReady)];

    /// <summary>The CPU use of a target, in percent of what its replicas requested.</summary>
    public double Cpu(ScalingTarget target, DateTimeOffset at)
    {
        var index = Index(target);
        var wave = Math.Sin((at.UtcTicks % Wave / Wave + Share((ulong)index)) * Math.Tau);
        var noise = Share(((ulong)index << 32) ^ (ulong)(at.UtcTicks / TimeSpan.TicksPerSecond));
        return 1200 * Share(~(ulong)index) * (1 + (0.6 * wave)) * (0.8 + (0.4 * noise)) / _replicas[index];
    }

    public ReplicaStatus Replicas(ScalingTarget target) => _statuses[_replicas[Index(target)]];

    public void Scale(ScalingTarget target, int to) => _replicas[Index(target)] = (byte)to;

    private static int Index(ScalingTarget target) => int.Parse(target.Name.AsSpan("service-".Length), CultureInfo.InvariantCulture);

    /// <summary>A number from 0 to 1 that looks like chance (the end of SplitMix64).</summary>
    private static double Share(ulong seed)
    {
        seed = (seed + 1) * 0x9E3779B97F4A7C15;
        seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
        seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EB;
        return (seed ^ (seed >> 31)) / (double)ulong.MaxValue;
    }
}
