namespace AutoScaling.Tool.Import.Keda;

/// <summary>What a trigger becomes.</summary>
/// <param name="From">The trigger.</param>
/// <param name="Rule">The rule.</param>
internal sealed record KedaTrigger(Fields From, ScalingRule Rule)
{
    /// <summary>
    /// The value above which there is something to do; <see langword="null"/> if the trigger is not asked about that.
    /// </summary>
    public double? Activation { get; init; }

    /// <summary>What is known of its metric beside the rule; <see langword="null"/> if nothing is.</summary>
    public MetricExpectation? Expectation { get; init; }

    /// <summary>Whether a fallback speaks for it while its metric cannot be read.</summary>
    public bool HasFallback { get; init; }
}
