namespace AutoScaling.Rules;

/// <summary>What a policy says to its rules, whatever is observed.</summary>
internal interface IRuleFrame
{
    ReplicaRange Range { get; }

    ScalingBehavior Behavior { get; }

    TimeSpan MaxMetricAge { get; }

    /// <summary>Whether a metric rises when fewer replicas carry the load.</summary>
    bool FollowsLoad(MetricRef metric);
}

/// <summary>A frame without a policy, as tests of rules have it.</summary>
internal sealed record RuleFrame : IRuleFrame
{
    public static RuleFrame Default { get; } = new();

    public ReplicaRange Range { get; init; } = PolicyDefaults.Library.Range;

    public ScalingBehavior Behavior { get; init; } = ScalingBehavior.Default;

    public TimeSpan MaxMetricAge { get; init; } = PolicyDefaults.MaxMetricAge;

    public bool FollowsLoad(MetricRef metric) => true;

    public static RuleFrame Of(IRuleFrame frame) =>
        frame as RuleFrame ?? new() { Range = frame.Range, Behavior = frame.Behavior, MaxMetricAge = frame.MaxMetricAge };
}
