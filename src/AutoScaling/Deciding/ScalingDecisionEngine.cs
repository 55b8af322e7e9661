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
        var said = asked.Said;
        var range = Combining.Narrow(policy.Range, said);
        var trail = new GuardTrail(range);
        var answer = new Answer(policy, state, observation, now, asked, range);

        // Whoever scaled it to 0 has switched it off: a policy that allows no fewer than 1 could not have done that itself.
        if (current == 0 && policy.Range.Min > 0 && policy.Behavior.ZeroIsOff)
        {
            trail.Note(ScalingGuard.SwitchedOff, range.Min, current);
            return answer.Give(current, null, ScaleCause.Metrics, trail);
        }

        // Bounds are no matter of opinion: outside them neither metrics nor any other guard has a say.
        if (!range.Contains(current))
        {
            var inside = trail.Clamp(ScalingGuard.OutOfRange, current);
            return answer.Give(Guards.Headroom(ref trail, inside, current, observation.Headroom), null, ScaleCause.Bounds, trail);
        }

        var combined = asked.OnlyBounds ? policy.Range.Min : Combining.Combine(policy.Combine, said);
        if (combined is not { } recommended) return answer.Give(current, null, ScaleCause.Metrics, trail);

        var ticks = now.UtcTicks;
        var past = state.AsOf(ticks);
        var count = Guards.MissingMetrics(ref trail, recommended, current, asked.IsBlind);
        var blind = count != recommended;
        count = Guards.Agreement(ref trail, count, current, policy, said);
        count = Guards.Stabilize(ref trail, count, current, policy.Behavior, past, ticks);
        count = Guards.Flap(ref trail, count, policy, context, said, range);
        count = Guards.Cooldown(ref trail, count, current, policy.Behavior, past, ticks);
        count = Guards.RateLimits(ref trail, count, current, policy.Behavior, past, ticks);
        count = trail.Clamp(ScalingGuard.Range, count);
        count = Guards.Headroom(ref trail, count, current, observation.Headroom);
        return answer.Give(count, blind ? null : recommended, asked.OnlyBounds ? ScaleCause.Bounds : ScaleCause.Metrics, trail);
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

    /// <summary>All of a decision that is known before the guards are asked.</summary>
    private readonly ref struct Answer(
        ScalingPolicy policy, ScalingState state, ScalingObservation observation, DateTimeOffset now, Asked asked, ReplicaRange range)
    {
        public ScalingDecision Give(int to, int? recommended, ScaleCause cause, in GuardTrail trail)
        {
            var from = observation.Replicas.Desired;
            var headroom = observation.Headroom is { } room && trail.Has(ScalingGuard.Headroom) ? room : null;
            return new(policy.Target, now, from, to)
            {
                Cause = cause,
                Recommended = recommended,
                Range = range,
                Recommendations = ImmutableCollectionsMarshal.AsImmutableArray(asked.Said),
                Steps = trail.ToImmutable(),
                Expected = state.Missed(from),
                Behavior = policy.Behavior,
                Aside = DecisionAside.Of(asked.Memories, headroom),
            };
        }
    }
}
