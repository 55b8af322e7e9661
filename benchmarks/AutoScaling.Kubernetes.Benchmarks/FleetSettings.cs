namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>What the fleet is kept at; the same as what the HPA's baseline sets.</summary>
internal static class FleetSettings
{
    /// <summary>Percent of the CPU that pods request.</summary>
    public const double Target = 50;

    public const int Max = 10;

    /// <summary>In thousandths of a core, of which each pod requests 100: 1 replica is right before the jump, 3 are after it.</summary>
    public const int LoadBefore = 50;

    public const int LoadAfter = 140;

    public const int ReplicasAfter = 3;

    /// <summary>More than an API server on two cores can take, so that the server is the limit and not this.</summary>
    public const double RequestsPerSecond = 1000;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Evaluations are spread over the whole interval: the API server gets a steady trickle of writes, not all of them at once, and most targets are scaled long before an interval is over.</summary>
    public const double Spread = 1;

    /// <summary>The longest that a target waits is the interval and this.</summary>
    public static readonly TimeSpan MaxListAge = TimeSpan.FromSeconds(2.5);
}
