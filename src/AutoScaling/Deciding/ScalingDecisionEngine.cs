using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AutoScaling.Deciding;

namespace AutoScaling;

/// <summary>Decides how many replicas a target should have. Pure: no clock, no I/O, no chance, nothing kept; the same input always gives the same decision.</summary>
public static class ScalingDecisionEngine
{
    /// <summary>Decides on one observation: asks every rule, makes one count of their answers, and takes it through the guards.</summary>
    /// <param name="policy">The range, the rules and what holds changes back.</param>
    /// <param name="state">What is remembered from earlier evaluations; <see cref="ScalingState.New"/> for the first.</param>
    /// <param name="observation">The replicas and readings.</param>
    /// <param name="now">The time of the evaluation.</param>
    /// <returns>The decision. Carry it out, then go on with <see cref="ScalingState.After"/>.</returns>
    public static ScalingDecision Decide(ScalingPolicy policy, ScalingState state, ScalingObservation observation, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(observation);

        state = state.Resolve(observation.Replicas.Desired);
        var context = policy.CreateContext(observation, now);
        var said = Ask(policy.Rules, context, out var unavailable, out var onlyBounds);
        var range = Combining.Narrow(policy.Range, said);
        var current = context.Current;
        var trail = new GuardTrail(range);

        // Someone has said so, and the policy itself could not have.
        if (current == 0 && policy.Range.Min > 0 && policy.Behavior.ZeroIsOff)
        {
            trail.Note(ScalingGuard.SwitchedOff, range.Min, current);
            return Answer(policy, state, now, current, current, null, range, said, trail);
        }

        // Bounds are no matter of opinion: outside them neither metrics nor any other guard has a say.
        if (!range.Contains(current))
        {
            var inside = trail.Clamp(ScalingGuard.OutOfRange, current);
            return Answer(policy, state, now, current, inside, null, range, said, trail);
        }

        var combined = onlyBounds ? policy.Range.Min : Combining.Combine(policy.Combine, said);
        if (combined is not { } recommended) return Answer(policy, state, now, current, current, null, range, said, trail);

        var ticks = now.UtcTicks;
        var past = state.AsOf(ticks);
        var count = Guards.MissingMetrics(ref trail, recommended, current, unavailable);
        var blind = count != recommended;
        count = Guards.Agreement(ref trail, count, current, policy, said);
        count = Guards.Stabilize(ref trail, count, current, policy.Behavior, past, ticks);
        count = Guards.Flap(ref trail, count, policy, context, said, range);
        count = Guards.Cooldown(ref trail, count, current, policy.Behavior, past, ticks);
        count = Guards.RateLimits(ref trail, count, current, policy.Behavior, past, ticks);
        count = trail.Clamp(ScalingGuard.Range, count);
        return Answer(policy, state, now, current, count, blind ? null : recommended, range, said, trail);
    }

    private static Recommendation[] Ask(ImmutableArray<ScalingRule> rules, in RuleContext context, out bool unavailable, out bool onlyBounds)
    {
        var said = new Recommendation[rules.Length];
        unavailable = false;
        onlyBounds = true;
        for (var i = 0; i < said.Length; i++)
        {
            said[i] = rules[i].Recommend(context) with { Rule = rules[i].Name };
            unavailable |= said[i].Kind == RecommendationKind.Unavailable;
            onlyBounds &= rules[i].OnlyBounds;
        }

        return said;
    }

    private static ScalingDecision Answer(
        ScalingPolicy policy, ScalingState state, DateTimeOffset now, int from, int to, int? recommended, ReplicaRange range, Recommendation[] said, in GuardTrail trail)
    {
        return new(policy.Target, now, from, to, recommended, range, ImmutableCollectionsMarshal.AsImmutableArray(said), trail.ToImmutable(), state.Missed(from))
        {
            Behavior = policy.Behavior,
        };
    }
}
