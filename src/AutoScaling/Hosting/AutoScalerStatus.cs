using System.Collections.Immutable;

namespace AutoScaling;

/// <summary>How the autoscaler and all its targets stand.</summary>
public sealed record AutoScalerStatus
{
    /// <summary>When the status was taken.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// How every target stands, ordered by name; of a host that shares out the targets with others (<see cref="ITargetShare"/>) its own.
    /// </summary>
    public required ImmutableArray<TargetStatus> Targets { get; init; }

    /// <summary>How many policies are enabled.</summary>
    public int ActivePolicies => Targets.Count(t => t.Enabled);

    /// <summary>
    /// What is wrong with the last reload of policies, one sentence each, of which the first of each source names it; empty if it took
    /// effect.
    /// </summary>
    public ImmutableArray<string> ReloadErrors { get; init; } = [];

    /// <summary>
    /// What is wrong with what all targets share, one sentence each; empty if nothing is: observers that hang, fail or lose records, states
    /// that cannot be loaded or saved. Trouble of one target is its <see cref="TargetStatus.LastError"/>.
    /// </summary>
    public ImmutableArray<string> Troubles { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Why what is remembered cannot be loaded or saved, as a sentence that is among <see cref="Troubles"/>, too; <see langword="null"/> if
    /// it can be, or is not saved at all.
    /// </summary>
    public string? StateTrouble { get; init; }

    /// <summary>When anything was evaluated last; <see langword="null"/> if nothing was yet.</summary>
    public DateTimeOffset? LastEvaluatedAt { get; init; }

    /// <summary>How this copy stands among several; <see langword="null"/> if it is alone.</summary>
    public LeadershipStatus? Leadership { get; init; }
}

/// <summary>How one copy of the autoscaler stands among several, of which one acts.</summary>
public sealed record LeadershipStatus
{
    /// <summary>What this copy is called.</summary>
    public required string Identity { get; init; }

    /// <summary>Whether it is the one that acts.</summary>
    public required bool Leads { get; init; }

    /// <summary>Which copy leads, as far as this one knows; <see langword="null"/> if it knows of none.</summary>
    public string? Leader { get; init; }
}

/// <summary>How one target stands.</summary>
public sealed record TargetStatus
{
    /// <summary>The policy.</summary>
    public required ScalingPolicy Policy { get; init; }

    /// <summary>Whether it is evaluated.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The target.</summary>
    public ScalingTarget Target => Policy.Target;

    /// <summary>The replicas as last seen; <see langword="null"/> before the first evaluation that could read them.</summary>
    public ReplicaStatus? Replicas { get; init; }

    /// <summary>The replicas that the last decision wants; <see langword="null"/> before the first.</summary>
    public int? Wanted => LastDecision?.To;

    /// <summary>The last decision; <see langword="null"/> before the first.</summary>
    public ScalingDecision? LastDecision { get; init; }

    /// <summary>What became of the last decision.</summary>
    public ScaleOutcome? LastOutcome { get; init; }

    /// <summary>How long no scale-up is possible; 0 if it is.</summary>
    public TimeSpan ScaleUpCooldownLeft { get; init; }

    /// <summary>How long no scale-down is possible; 0 if it is.</summary>
    public TimeSpan ScaleDownCooldownLeft { get; init; }

    /// <summary>The last error, as a sentence; kept until an evaluation succeeds.</summary>
    public string? LastError { get; init; }

    /// <summary>What kind of error <see cref="LastError"/> is; <see langword="null"/> if there is none.</summary>
    public ScalingErrorKind? LastErrorKind { get; init; }

    /// <summary>
    /// Whether its last decision was made without metrics: rules could not say for want of a reading, and none that looks at a metric
    /// could. Such a target keeps its replicas. It is not blind if one of several rules can say, though <see cref="LastErrorKind"/> tells
    /// of the others, and those do not let it go down.
    /// </summary>
    /// <value>By default, before the first decision, <see langword="false"/>.</value>
    public bool IsBlind
    {
        get
        {
            var isBlind = false;
            foreach (var said in LastDecision?.Recommendations ?? [])
            {
                if (said.Kind == RecommendationKind.Unavailable) isBlind = true;
                else if (said.Metric is not null) return false;
            }

            return isBlind;
        }
    }

    /// <summary>
    /// What somebody should look at though nothing fails, as a sentence with the remedy: somebody else sets the count back again and again.
    /// <see langword="null"/> if nothing is, or no longer for a day.
    /// </summary>
    public string? Warning { get; init; }

    /// <summary>The time between two evaluations: the policy's, or else the loop's.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>When the last evaluation was.</summary>
    public DateTimeOffset? LastEvaluatedAt { get; init; }

    /// <summary>When the next evaluation is due; <see langword="null"/> if disabled.</summary>
    public DateTimeOffset? NextEvaluationAt { get; init; }

    /// <summary>What a person, or the policy, says about the target before all metrics; <see langword="null"/> if nobody does.</summary>
    public ScalingOverride? Override { get; init; }

    /// <summary>What is remembered of the target.</summary>
    public required ScalingState State { get; init; }

    /// <summary>How the policy's shadows stand, in its order.</summary>
    public ImmutableArray<ShadowStatus> Shadows { get => field.IsDefault ? [] : field; init; } = [];
}
