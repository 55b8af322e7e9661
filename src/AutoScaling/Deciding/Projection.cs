namespace AutoScaling;

/// <summary>What a metric would be with fewer replicas, by which the flap guard refused a scale-down.</summary>
public sealed record Projection
{
    /// <summary>The rule that would ask for more again.</summary>
    public required string Rule { get; init; }

    /// <summary>Its metric; <see langword="null"/> if it names none.</summary>
    public MetricRef? Metric { get; init; }

    /// <summary>The replicas that were supposed.</summary>
    public required int Replicas { get; init; }

    /// <summary>What the metric would be; <see langword="null"/> if that is not known.</summary>
    public double? Value { get; init; }
}
