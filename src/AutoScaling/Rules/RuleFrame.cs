namespace AutoScaling.Rules;

/// <summary>What a policy says to its rules, whatever is observed.</summary>
internal interface IRuleFrame
{
    ReplicaRange Range { get; }

    ScalingBehavior Behavior { get; }

    TimeSpan MaxMetricAge { get; }

    /// <summary>Whether a metric rises when fewer replicas carry the load.</summary>
    bool FollowsLoad(MetricRef metric);

    /// <summary>The times of a schedule rule that stands beside the rule; <see langword="null"/> if there is none of that name.</summary>
    ScalingSchedule? Schedule(string name);
}

/// <summary>A frame without a policy, as tests of rules have it.</summary>
internal sealed record RuleFrame : IRuleFrame
{
    public static RuleFrame Default { get; } = new();

    public ReplicaRange Range { get; init; } = PolicyDefaults.Library.Range;

    public ScalingBehavior Behavior { get; init; } = ScalingBehavior.Default;

    public TimeSpan MaxMetricAge { get; init; } = PolicyDefaults.MaxMetricAge;

    private IRuleFrame? Original { get; init; }

    public bool FollowsLoad(MetricRef metric) => Original?.FollowsLoad(metric) != false;

    public static RuleFrame Of(IRuleFrame frame) =>
        frame as RuleFrame ?? new() { Range = frame.Range, Behavior = frame.Behavior, MaxMetricAge = frame.MaxMetricAge, Original = frame };

    public ScalingSchedule? Schedule(string name) => Original?.Schedule(name);
}
