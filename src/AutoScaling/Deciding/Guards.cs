namespace AutoScaling.Deciding;

/// <summary>
/// What holds recommendations back. Each guard is a function from count to count and knows no other; <see cref="ScalingDecisionEngine"/>
/// says in which order they are asked.
/// Windows and periods are open at their far end: what is exactly as old as the window no longer counts.
/// </summary>
internal static class Guards
{
    /// <summary>
    /// A rule that could not read its metric might have asked for all there is: what is left may add replicas, but not remove any. Where
    /// the smallest count is taken, it might have been the cap: then what is left may not add any either.
    /// </summary>
    public static int MissingMetrics(ref GuardTrail trail, int count, int current, ScalingPolicy policy, bool unavailable)
    {
        if (!unavailable || count == current) return count;
        var isCap = policy.Combine == RuleCombination.Min && policy.Behavior.SafetyGuards;
        return count < current || isCap ? trail.Note(ScalingGuard.MissingMetrics, count, current) : count;
    }

    /// <summary>Some users scale down only when every rule wants to.</summary>
    public static int Agreement(ref GuardTrail trail, int count, int current, ScalingPolicy policy, ReadOnlySpan<Recommendation> said)
    {
        if (!policy.ScaleDownOnlyIfAllAgree || count >= current) return count;
        foreach (ref readonly var recommendation in said)
        {
            if (recommendation.Kind == RecommendationKind.Replicas && recommendation.Replicas >= current)
                return trail.Step(ScalingGuard.Agreement, count, current);
        }

        return count;
    }

    /// <summary>
    /// Up only to the least, down only to the most, that was recommended within the window of that direction.
    /// Source: stabilizeRecommendationWithBehaviors of the Kubernetes HPA.
    /// </summary>
    public static int Stabilize(
        ref GuardTrail trail, int count, int current, ScalingBehavior behavior, ScalingState state, long now, bool isFirst = false)
    {
        int lower = count, upper = count;
        var upWindow = behavior.ScaleUp.StabilizationWindow.Ticks;
        for (var node = state.Lows; node is not null && now - node.At < upWindow; node = node.Older) lower = Math.Min(lower, node.Value);

        var downWindow = behavior.ScaleDown.StabilizationWindow.Ticks;
        for (var node = state.Highs; node is not null && now - node.At < downWindow; node = node.Older) upper = Math.Max(upper, node.Value);

        // A new state has one recommendation, made now: the current count. Nor does a snapshot know what it lacks, nor whoever was blind,
        // but that must not delay a scale-up.
        var unknown = (state.IsNew || state.IsSnapshot || isFirst) && downWindow > 0;
        if (state.IsNew && upWindow > 0) lower = Math.Min(lower, current);
        if (unknown) upper = Math.Max(upper, current);

        var result = Math.Min(Math.Max(current, lower), upper);
        if (result == count) return count;

        // It holds until the last of those that forbid more has left the window.
        var up = count > result;
        var last = up ? state.Lows : unknown ? null : state.Highs;
        while (last is not null && (up ? last.Value > result : last.Value < result)) last = last.Older;
        return trail.Step(ScalingGuard.Stabilization, count, result, (last?.At ?? now) + (up ? upWindow : downWindow));
    }

    /// <summary>
    /// A scale-down after which the same load asks for a scale-up is one that flaps: stop at the least count at which it does not.
    /// </summary>
    public static int Flap(
        ref GuardTrail trail,
        int count,
        ScalingPolicy policy,
        in RuleContext context,
        ReadOnlySpan<Recommendation> said,
        ref Projection? projection)
    {
        // Below the range it cannot go, whatever is asked for; and no replicas carry no load that could be looked at.
        var least = Math.Max(count, trail.Range.Min);
        if (!policy.Behavior.FlapGuard || least >= context.Current || least <= 0) return count;

        // The fewer replicas, the more each carries: once a count is enough, all above it are.
        int tooFew = least - 1, enough = context.Current;
        while (enough - tooFew > 1)
        {
            var middle = tooFew + ((enough - tooFew) / 2);
            if (Combining.Project(policy, context, said, middle) > middle) tooFew = middle;
            else enough = middle;
        }

        if (enough <= least) return count;
        projection = Combining.Culprit(policy, context, said, enough - 1);
        return trail.Step(ScalingGuard.FlapGuard, count, enough);
    }

    /// <summary>
    /// After a scale-up no further one, after any change no scale-down, for the cooldown of that direction. What changed before the first
    /// evaluation is unknown:
    /// it counts as a change, so that a restart without saved state never scales down rashly.
    /// </summary>
    public static int Cooldown(
        ref GuardTrail trail, int count, int current, ScalingBehavior behavior, ScalingState state, long now, bool isFirst = false)
    {
        if (count == current) return count;
        var up = count > current;

        // Whoever was blind knows as little of the time before as a new state does; a window, if there is one, holds for that.
        var isUnknown = state.IsNew || (isFirst && behavior.ScaleDown.StabilizationWindow == TimeSpan.Zero);
        var last = up ? state.LastUp : isUnknown ? now : state.LastChange;
        var until = last + (up ? behavior.ScaleUp : behavior.ScaleDown).Cooldown.Ticks;
        return now < until ? trail.Step(ScalingGuard.Cooldown, count, current, until) : count;
    }

    /// <summary>
    /// No more within a period than the limits allow, counted from the replicas at its start.
    /// </summary>
    public static int RateLimits(ref GuardTrail trail, int count, int current, ScalingBehavior behavior, ScalingState state, long now)
    {
        var allowed = Allowed(count, current, behavior, state, now, out var until);
        return allowed == count ? count : trail.Step(ScalingGuard.RateLimit, count, allowed, until);
    }

    /// <summary>A bound that is not to be rushed: the way to it is subject to the limits, from where the other bounds are.</summary>
    public static int Gradually(
        ref GuardTrail trail, int count, int current, ReplicaRange atOnce, ScalingBehavior behavior, ScalingState state, long now)
    {
        if (atOnce == trail.Range) return count;
        var allowed = atOnce.Clamp(Allowed(count, current, behavior, state, now, out var until));
        return allowed == count ? count : trail.Note(ScalingGuard.RateLimit, count, allowed, until);
    }

    /// <summary>How far the limits allow to go towards a count, and when they allow more; 0 if time alone does not change it.</summary>
    private static int Allowed(int count, int current, ScalingBehavior behavior, ScalingState state, long now, out long until)
    {
        until = 0;
        if (count == current) return count;
        var up = count > current;
        var direction = up ? behavior.ScaleUp : behavior.ScaleDown;
        if (direction.Select == RateLimitSelect.Disabled) return current;
        if (direction.RateLimits.Length == 0) return count;

        var widest = direction.Select == RateLimitSelect.Max;
        int? furthest = null;
        foreach (var limit in direction.RateLimits)
        {
            var reached = RateLimiting.Reach(limit, up, current - RateLimiting.Changed(limit, state.Changes, now));
            if (furthest is not { } so || (widest == up ? reached > so : reached < so)) furthest = reached;
        }

        var allowed = up ? Math.Max(furthest!.Value, current) : Math.Min(furthest!.Value, current);
        if (up ? count <= allowed : count >= allowed) return count;

        // Of several limits one that frees is enough, or all of them have to.
        long? freed = null;
        foreach (var limit in direction.RateLimits)
        {
            var frees = RateLimiting.Frees(limit, up, state.Changes, current, allowed, now);
            if (freed is not { } so || (widest ? frees < so : frees > so)) freed = frees;
        }

        until = freed ?? 0;
        return allowed;
    }

    /// <summary>
    /// A person's word goes before rules, bounds and guards: paused, the count stays where it is; held, it is the person's.
    /// </summary>
    public static int Override(ref GuardTrail trail, int count, int current, ScalingOverride said)
    {
        var result = said.Kind switch
        {
            ScalingOverrideKind.Hold => said.Replicas!.Value,
            ScalingOverrideKind.Pause => current,
            ScalingOverrideKind.PauseScaleUp => Math.Min(count, current),
            ScalingOverrideKind.PauseScaleDown => Math.Max(count, current),
            _ => count,
        };
        return result == count ? count : trail.Note(ScalingGuard.Override, count, result, said.Until?.UtcTicks ?? 0);
    }

    /// <summary>Nothing is added beyond what there is room for; what is there stays, room or not.</summary>
    public static int Headroom(ref GuardTrail trail, int count, int current, Headroom? headroom) =>
        headroom is null || count <= current || count <= headroom.Most
            ? count
            : trail.Note(ScalingGuard.Headroom, count, Math.Max(current, trail.Range.Floor(headroom.Most)));

    /// <summary>
    /// A count that somebody else lowered, while the load asks for more than what is left, is restored at once: that is no scale-up of ours
    /// that would have to wait for the last one, or that would be too much in a period.
    /// </summary>
    public static int Restore(ref GuardTrail trail, int count, int wanted, int current, int before) =>
        wanted > current && count < before ? trail.Note(ScalingGuard.Restore, count, before) : count;
}
