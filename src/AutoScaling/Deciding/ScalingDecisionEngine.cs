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

        var context = policy.CreateContext(observation, now);
        var current = context.Current;
        state = state.Resolved(current);
        var asked = Asked.All(policy, context, state.Memories);
        var range = Combining.Narrow(policy, asked.Said);
        var trail = new GuardTrail(range);
        int? recommended = null;
        var cause = asked.OnlyBounds ? ScaleCause.Bounds : ScaleCause.Metrics;
        var count = current;
        if (current == 0 && policy.Range.Min > 0 && policy.Behavior.ZeroIsOff)
        {
            // Whoever scaled it to 0 has switched it off: a policy that allows no fewer than 1 could not have done that itself.
            trail.Note(ScalingGuard.SwitchedOff, range.Min, current);
        }
        else if (!range.Contains(current))
        {
            // Bounds are no matter of opinion: outside them neither metrics nor any other guard has a say.
            count = trail.Clamp(ScalingGuard.OutOfRange, current);
            if (policy.HasRanks)
            {
                var atOnce = Combining.Narrow(policy, asked.Said, atOnce: true);
                count = Guards.Gradually(ref trail, count, current, atOnce, policy.Behavior, state.AsOf(now.UtcTicks), now.UtcTicks);
            }
            cause = ScaleCause.Bounds;
        }
        else if ((asked.OnlyBounds ? policy.Range.Min : Combining.Combine(policy.Combine, asked.Said)) is { } wanted)
        {
            count = Guards.MissingMetrics(ref trail, wanted, current, asked.IsBlind);
            if (count == wanted) recommended = wanted;
            count = Guard(ref trail, count, policy, state, context, asked.Said);
        }

        count = Guards.Headroom(ref trail, count, current, observation.Headroom);
        return new(policy.Target, now, current, count)
        {
            Cause = cause,
            Recommended = recommended,
            Range = range,
            Recommendations = ImmutableCollectionsMarshal.AsImmutableArray(asked.Said),
            Steps = trail.ToImmutable(),
            Expected = state.Missed(current),
            Behavior = policy.Behavior,
            Aside = DecisionAside.Of(asked.Memories, observation.Headroom is { } room && trail.Has(ScalingGuard.Headroom) ? room : null),
        };
    }

    /// <summary>
    /// What a decision that was read from a log lacks to go on from it: the behaviour that held, and what the rules remembered, which they say again to what was observed.
    /// </summary>
    internal static ScalingDecision Complete(ScalingDecision logged, ScalingPolicy policy, ScalingState state, ScalingObservation? observation)
    {
        logged = logged with { Behavior = policy.Behavior };
        if (observation is null || logged.Cause == ScaleCause.Person || (!policy.Remembers && state.Memories is null)) return logged;
        var resolved = state.Resolved(observation.Replicas.Desired);
        var asked = Asked.All(policy, policy.CreateContext(observation, logged.At), resolved.Memories);
        return logged with { Aside = DecisionAside.Of(asked.Memories, logged.Headroom) };
    }

    /// <summary>Takes a count through the guards, in their order.</summary>
    private static int Guard(ref GuardTrail trail, int count, ScalingPolicy policy, ScalingState state, in RuleContext context, Recommendation[] said)
    {
        var (current, now) = (context.Current, context.Now.UtcTicks);
        var past = state.AsOf(now);
        count = Guards.Agreement(ref trail, count, current, policy, said);
        count = Guards.Stabilize(ref trail, count, current, policy.Behavior, past, now);
        count = Guards.Flap(ref trail, count, policy, context, said);
        count = Guards.Cooldown(ref trail, count, current, policy.Behavior, past, now);
        count = Guards.RateLimits(ref trail, count, current, policy.Behavior, past, now);
        return trail.Clamp(ScalingGuard.Range, count);
    }
}
