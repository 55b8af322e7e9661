namespace AutoScaling.Simulation;

/// <summary>One setting of a policy, and the values that it is tried with.</summary>
public sealed class SettingSweep
{
    /// <summary>What the setting is called in reports.</summary>
    public required string Setting { get; init; }

    /// <summary>The values.</summary>
    /// <value>At least 1, and each once.</value>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Makes the policy that has a value.</summary>
    public required Func<double, ScalingPolicy> Policy { get; init; }
}
