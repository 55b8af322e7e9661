using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AutoScaling.Deciding;

namespace AutoScaling;

/// <summary>
/// Decides how many replicas a target should have. Pure: no clock, no I/O, no chance, nothing kept; the same input always gives the same
/// decision.
/// </summary>
public static class ScalingDecisionEngine
{
    /// <summary>Decides on one observation: asks every rule, makes one count of their answers, and takes it through the guards.</summary>
    /// <param name="policy">The range, the rules and what holds changes back.</param>
    /// <param name="state">What is remembered from earlier evaluations; <see cref="ScalingState.New"/> for the first.</param>
    /// <param name="observation">The replicas and readings.</param>
    /// <param name="now">The time of the evaluation.</param>
    /// <returns>The decision. Carry it out, then go on with <see cref="ScalingState.After"/>.</returns>
    [SkipLocalsInit]
    public static ScalingDecision Decide(ScalingPolicy policy, ScalingState state, ScalingObservation observation, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(observation);

        // It has many places, and hardly ever is one used: in a frame of its own, without references, nobody clears them.
        var trail = new GuardTrail();
        return Decide(ref trail, policy, state, observation, now);
    }

    private static ScalingDecision Decide(
        ref GuardTrail trail, ScalingPolicy policy, ScalingState state, ScalingObservation observation, DateTimeOffset now)
    {
        var current = observation.Replicas.Desired;
        state = state.Resolved(current, policy.Behavior.SafetyGuards);
        var missed = policy.Mode == ScalingMode.Recommend ? null : state.Missed(current); // who writes nothing cannot find it changed
        var seen = Trust.Judge(policy, state, observation, now);
        var top = OnTop.Of(policy, state.Extras?.OnTop ?? 0, current);
        if (top is not null) seen = top.Without(seen); // the rules decide about what is there without what schedules have put on top
        var context = policy.CreateContext(seen, now);
        var own = context.Current;
        var asked = Asked.All(policy, state, context);
        trail.Range = Combining.Narrow(policy, asked.Said);
        var word = state.OverrideAt(policy, now);
        Guarded guarded;
        if (current == 0 && policy.Range.Min > 0 && policy.Behavior.ZeroIsOff && word?.Kind != ScalingOverrideKind.Hold)
        {
            // Whoever scaled it to 0 has switched it off: a policy that allows no fewer than 1 could not have done that itself.
            trail.Note(ScalingGuard.SwitchedOff, trail.Range.Min, current);
            guarded = new() { Count = own };
        }
        else
        {
            var lost = missed - (current - own); // without what is on top, like the count itself
            // Bounds are no matter of opinion, and come first. Rules and all other guards decide from the count that the bounds make.
            guarded = trail.Range.Contains(own)
                ? Guard(ref trail, policy, state, context, asked, lost)
                : Bound(ref trail, policy, state, context, ref asked, lost);
        }

        var headroom = observation.Headroom ?? observation.Replicas.Headroom;
        var count = top is null || trail.Has(ScalingGuard.SwitchedOff) ? guarded.Count : OnTop.Add(ref trail, guarded.Count, asked.Said);
        if (word is not null) count = Guards.Override(ref trail, count, current, word);
        count = Guards.Headroom(ref trail, count, current, headroom);
        return new(policy.Target, now, current, count)
        {
            Cause = count != current && word?.Kind == ScalingOverrideKind.Hold ? ScaleCause.Person
                : guarded.IsByBounds || (count != current && guarded.Count == own) ? ScaleCause.Bounds // or only what is on top changes
                : ScaleCause.Metrics,
            Recommended = guarded.Recommended,
            Range = trail.Range,
            Recommendations = ImmutableCollectionsMarshal.AsImmutableArray(asked.Said),
            Steps = trail.ToImmutable(),
            Expected = missed,
            Behavior = policy.Behavior,
            Aside = asked.Memories is null && word is null && headroom is null && missed is null && top is null && policy.Metrics.IsEmpty
                && guarded is { Projection: null, IsFirstAfterGap: false }
                ? null
                : new DecisionAside
                {
                    Memories = asked.Memories,
                    Override = word,
                    Headroom = headroom is not null && trail.Has(ScalingGuard.Headroom) ? headroom : null,
                    Projection = guarded.Projection,
                    IsFirstAfterGap = guarded.IsFirstAfterGap,
                    SetBackSince = state.SetBackSince(current, missed, now.UtcTicks),
                    LastUsable = Trust.LastUsable(policy, state, seen, now),
                    OnTop = top?.Decided(guarded.Count, count, trail.Has(ScalingGuard.Override)),
                }
                .Kept(),
        };
    }

    /// <summary>
    /// What a decision that was read from a log lacks to go on from it: the behaviour that held, and what the rules remembered, which they
    /// say again to what was observed.
    /// </summary>
    internal static ScalingDecision Complete(
        ScalingDecision logged, ScalingPolicy policy, ScalingState state, ScalingObservation? observation)
    {
        logged = logged with { Behavior = policy.Behavior };
        if (observation is null || logged.IsManual) return logged;
        var again = Decide(policy, state, observation, logged.At);
        return logged with { Aside = ((logged.Aside ?? new()) with { Memories = again.Memories }).Kept() };
    }

    /// <summary>
    /// Brings a count into the bounds, and asks again from there, since that is the count that rules and guards decide about.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // what few need stays out of what all do
    private static Guarded Bound(
        ref GuardTrail trail, ScalingPolicy policy, ScalingState state, in RuleContext context, ref Asked asked, int? missed)
    {
        var (own, now) = (context.Current, context.Now.UtcTicks);
        var start = trail.Clamp(ScalingGuard.OutOfRange, own);
        if (policy.HasRanks)
        {
            var atOnce = Combining.Narrow(policy, asked.Said, atOnce: true);
            start = Guards.Gradually(ref trail, start, own, atOnce, policy.Behavior, state.AsOf(now), now);
        }

        // A bound that opens gradually may leave it outside for now.
        if (!trail.Range.Contains(start) || (start != own && !policy.Behavior.SafetyGuards))
            return new() { Count = start, IsByBounds = Combining.OnlyBounds(policy) || start != own };

        var seen = context.Observation with { Replicas = context.Observation.Replicas with { Desired = start } };
        var from = policy.CreateContext(seen, context.Now);
        asked = Asked.All(policy, state, from);
        var guarded = Guard(ref trail, policy, state, from, asked, missed);
        guarded.IsByBounds |= start != own && guarded.Count == start;
        return guarded;
    }

    /// <summary>Makes one count of what the rules say, and takes it through the guards if it is another than the current one.</summary>
    /// <param name="trail">What the guards changed so far.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="state">What is remembered.</param>
    /// <param name="context">What the rules were asked.</param>
    /// <param name="asked">What they said.</param>
    /// <param name="missed">The count that was written last, if somebody else has changed it.</param>
    private static Guarded Guard(
        ref GuardTrail trail, ScalingPolicy policy, ScalingState state, in RuleContext context, in Asked asked, int? missed)
    {
        var (current, now, behavior) = (context.Current, context.Now.UtcTicks, policy.Behavior);
        var onlyBounds = Combining.OnlyBounds(policy);
        if ((onlyBounds ? policy.Range.Min : Combining.Combine(policy.Combine, asked.Said)) is not { } wanted)
            return new() { Count = current, IsByBounds = onlyBounds };

        var isFirst = behavior.SafetyGuards && state.IsGap(now, policy.Interval ?? PolicyDefaults.Interval);
        var guarded = new Guarded { Count = wanted, Recommended = wanted, IsFirstAfterGap = isFirst, IsByBounds = onlyBounds };
        if (wanted == current) return guarded; // what nobody wants to change, no guard holds back
        HoldBack(ref guarded, ref trail, policy, state, context, asked, missed);
        return guarded;
    }

    /// <summary>Takes a count that is another than the current one through the guards, in their order.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // nearly always nobody wants a change: what few need stays out of what all do
    private static void HoldBack(
        ref Guarded guarded,
        ref GuardTrail trail,
        ScalingPolicy policy,
        ScalingState state,
        in RuleContext context,
        in Asked asked,
        int? missed)
    {
        var (current, now, behavior) = (context.Current, context.Now.UtcTicks, policy.Behavior);
        var (wanted, isFirst, past) = (guarded.Count, guarded.IsFirstAfterGap, state.AsOf(now));
        var count = Guards.MissingMetrics(ref trail, wanted, current, policy, Combining.IsBlind(asked.Said));
        if (count != wanted) (guarded.Recommended, guarded.IsFirstAfterGap) = (null, false);
        count = Guards.Agreement(ref trail, count, current, policy, asked.Said);
        count = Guards.Stabilize(ref trail, count, current, behavior, past, now, isFirst);
        count = Guards.Flap(ref trail, count, policy, context, asked.Said, ref guarded.Projection);

        // A larger need than before need not wait, if the policy says so, and no rule makes its count of the current one.
        var passes = count > current && wanted > past.Extras?.LastNeed
            && behavior.ScaleUp.LargerNeedPasses && !policy.Rules.Any(rule => rule.FollowsCurrent);
        if (!passes) count = Guards.Cooldown(ref trail, count, current, behavior, past, now, isFirst);
        count = Guards.RateLimits(ref trail, count, current, behavior, past, now);
        if (behavior.SafetyGuards) count = Guards.Restore(ref trail, count, wanted, current, past.ToRestore(missed));
        guarded.Count = trail.Clamp(ScalingGuard.Range, count);
    }

    /// <summary>What the guards made of what the rules asked for.</summary>
    private struct Guarded
    {
        public int Count;
        public int? Recommended;
        public bool IsFirstAfterGap;
        public bool IsByBounds;
        public Projection? Projection;
    }
}
