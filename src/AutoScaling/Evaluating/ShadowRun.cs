using System.Collections.Immutable;
using AutoScaling.Policies;

namespace AutoScaling.Evaluating;

/// <summary>How far a shadow has come: what it remembers, and how often it differed. Immutable.</summary>
internal sealed record ShadowRun
{
    private ShadowRun(ShadowPolicy shadow, ScalingPolicy active, ScalingState state) => (Shadow, Active, State) = (shadow, active, state);

    public ShadowPolicy Shadow { get; private init; }

    /// <summary>The policy beside which it decides.</summary>
    public ScalingPolicy Active { get; private init; }

    public ScalingState State { get; private init; }

    public ShadowDecision? Last { get; private init; }

    public int Decisions { get; private init; }

    public int Differences { get; private init; }

    public DateTimeOffset? Since { get; private init; }

    public ShadowStatus Status => new() { Shadow = Shadow, Last = Last, Decisions = Decisions, Differences = Differences, Since = Since };

    /// <summary>
    /// The run of a shadow that goes on from an earlier one of its name. What is remembered is kept whatever changes, as it is for
    /// policies; the count begins anew if what is compared has changed.
    /// </summary>
    /// <param name="shadow">The shadow.</param>
    /// <param name="active">The policy beside it.</param>
    /// <param name="remembered">What is remembered of the target, with which a shadow begins.</param>
    /// <param name="before">The earlier run, if there is one.</param>
    /// <param name="types">The user's own rules.</param>
    public static ShadowRun Next(
        ShadowPolicy shadow, ScalingPolicy active, ScalingState remembered, ShadowRun? before, ImmutableArray<RuleType> types)
    {
        if (before is null) return new(shadow, active, remembered);
        if (ReferenceEquals(before.Active, active) && ReferenceEquals(before.Shadow, shadow)) return before;

        // A document that was loaded again for the sake of another policy says the same of this one.
        return Same(before.Shadow.Policy, shadow.Policy, types)
            && Same(before.Active with { Shadows = [] }, active with { Shadows = [] }, types)
            ? before with { Shadow = shadow, Active = active }
            : new(shadow, active, before.State);
    }

    public bool Is(string name) => string.Equals(Shadow.Name, name, StringComparison.Ordinal);

    /// <summary>The run after the shadow's own word to an observation, and what the policy made of it.</summary>
    public ShadowRun After(ShadowDecision said, ScalingDecision active, ScaleOutcome outcome) => this with
    {
        State = State.AfterChange(active, outcome, said.Decision, Shadow.Policy.Behavior),
        Last = said,
        Decisions = Decisions + (said.Decision is null ? 0 : 1),
        Differences = Differences + (said.Differs ? 1 : 0),
        Since = Since ?? active.At,
    };

    /// <summary>The run after something that the shadow was not asked about.</summary>
    public ShadowRun Happened(ScalingDecision decision, ScaleOutcome outcome) =>
        this with { State = State.AfterChange(decision, outcome, null, Shadow.Policy.Behavior) };

    private static bool Same(ScalingPolicy one, ScalingPolicy other, ImmutableArray<RuleType> types) =>
        one == other || PolicyWriter.SaysTheSame(one, other, types);
}
