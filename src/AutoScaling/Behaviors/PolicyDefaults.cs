using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What a policy has where it says nothing itself. Immutable and thread-safe.</summary>
public sealed record PolicyDefaults
{
    /// <summary>The time between two evaluations where nobody says.</summary>
    internal static TimeSpan Interval { get; } = TimeSpan.FromSeconds(30);

    /// <summary>What policies have where nobody says anything; the one place where these values stand.</summary>
    internal static PolicyDefaults Library { get; } = new();

    /// <summary>The age from which a reading is too old to act on.</summary>
    internal static TimeSpan MaxMetricAge { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The least and the most replicas.</summary>
    /// <value>1 to 10 by default.</value>
    public ReplicaRange Range { get; init; } = new(1, 10);

    /// <summary>The CPU use that the threshold rule keeps.</summary>
    /// <value>Percent, 70 by default; more than 0.</value>
    public double CpuTarget
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(CpuTarget));
    }
    = 70;

    /// <summary>The memory use above which the threshold rule adds replicas.</summary>
    /// <value>Percent; <see langword="null"/> by default: memory is not looked at. More than 0.</value>
    public double? MemoryTarget
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(MemoryTarget));
    }

    /// <summary>After a scale-up, no further scale-up for this time.</summary>
    /// <value>300 s by default; 0 (off) to 24 hours.</value>
    public TimeSpan ScaleUpCooldown
    {
        get;
        init => field = Bounds.UpToADay.Check(value, nameof(ScaleUpCooldown));
    }
    = TimeSpan.FromSeconds(300);

    /// <summary>After any change, no scale-down for this time.</summary>
    /// <value>600 s by default; 0 (off) to 24 hours.</value>
    public TimeSpan ScaleDownCooldown
    {
        get;
        init => field = Bounds.UpToADay.Check(value, nameof(ScaleDownCooldown));
    }
    = TimeSpan.FromSeconds(600);
}
