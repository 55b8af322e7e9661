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

    /// <summary>Half of the interval, which is the most that is advised: lists of thousands of pods are what costs the API server most.</summary>
    public static readonly TimeSpan MaxListAge = Interval / 2;
}
