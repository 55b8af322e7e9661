namespace AutoScaling.Deciding;

/// <summary>The state after a decision and what became of it.</summary>
internal static class StateFold
{
    // Kept even when no window needs them, so that a policy that gets a window at run time has a past to look at.
    private static readonly TimeSpan LeastRetention = TimeSpan.FromMinutes(5);

    /// <summary>What is supposed of a scaling that is about to be carried out.</summary>
    public static ScaleOutcome Begun { get; } = ScaleOutcome.Doubtful("it was only begun");

    /// <summary>The next state.</summary>
    /// <param name="last">The state before, as of the time of the decision, with its intent resolved.</param>
    /// <param name="happened">The decision that was carried out.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="own">What this policy decided; <see langword="null"/> if it was not asked.</param>
    /// <param name="behavior">This policy's behaviour, if it is known.</param>
    public static ScalingState Next(
        ScalingState last, ScalingDecision happened, ScaleOutcome outcome, ScalingDecision? own, ScalingBehavior? behavior)
    {
        var now = happened.UtcTicks;
        var guards = behavior?.SafetyGuards ?? happened.IsGuarded;
        var (highs, lows, since) = (last.Highs, last.Lows, last.Since);
        var from = happened.From - (happened.Aside?.OnTop?.Before ?? 0);
        if (last.IsNew)
        {
            since = now;
            lows = highs = Timeline.Add(null, now, from);
        }
        else if (last.IsSnapshot || own?.Aside?.IsFirstAfterGap == true)
        {
            highs = Timeline.AddToHighs(highs, now, from);
        }

        // What a floor or a person holds counts as recommended: when that is gone, its count goes on for the window.
        var floor = Math.Max(guards ? happened.Range.Min : int.MinValue, happened.Override?.Replicas ?? int.MinValue);
        var isLost = happened.IsManual && outcome is { Kind: ScaleOutcomeKind.Rejected or ScaleOutcomeKind.Failed, IsDoubtful: false };
        if (own?.Recommended is { } recommended && !isLost)
        {
            highs = Timeline.AddToHighs(highs, now, Math.Max(recommended, floor));
            lows = Timeline.AddToLows(lows, now, recommended, highs);
        }
        else if (happened.From < floor)
        {
            highs = Timeline.AddToHighs(highs, now, floor);
        }

        if (highs?.IsLong == true)
            highs = Timeline.Trim(highs, now - Retention(behavior?.ScaleDown.StabilizationWindow, DirectionBehavior.Longest));
        if (lows?.IsLong == true)
            lows = Timeline.Trim(lows, now - Retention(behavior?.ScaleUp.StabilizationWindow, DirectionBehavior.Longest));

        var (changes, written) = (last.Changes, last.LastWritten);
        var (missed, at) = (happened.Expected, ScaledAt(last, happened));
        if (written != happened.From) written = null; // what someone else has changed is said once
        var isChange = happened.From != happened.To;
        var isApplied = isChange && outcome.Kind == ScaleOutcomeKind.Applied;
        if (isApplied)
        {
            changes = Timeline.Trim(
                Timeline.Add(changes, at, happened.To - happened.From, happened.Cause),
                now - ChangeRetention(behavior));
            written = happened.To;
        }

        var startsCooldown = isApplied && happened.To > happened.From && !(guards && happened.Cause == ScaleCause.Bounds);
        var lastDown = isApplied && happened.To < happened.From ? at : last.LastDown;
        var isPlain = last.Extras is null && missed is null && own?.Aside is null && happened.Aside?.OnTop is null
            && !(isChange && IsOpen(outcome))
            && !(startsCooldown && behavior?.ScaleUp.LargerNeedPasses == true);
        return new(since, startsCooldown ? at : last.LastUp, lastDown)
        {
            Highs = highs,
            Lows = lows,
            Changes = changes,
            LastWritten = written,
            ConsecutiveFailures = Failures(last, outcome),
            Extras = isPlain && !IsHeld(happened, own, guards) ? null : NextExtras(last, happened, outcome, own, behavior, missed),
        };
    }

    /// <summary>Whether something else than the metrics holds the count: a floor, or a person who has set it or holds it.</summary>
    private static bool IsHeld(ScalingDecision happened, ScalingDecision? own, bool guards) => guards
        && (happened.Cause == ScaleCause.Person || happened.Override?.StopsScaleDown == true
            || happened.From < happened.Range.Min || own?.Recommended < happened.Range.Min);

    private static StateExtras? NextExtras(
        ScalingState last, ScalingDecision happened, ScaleOutcome outcome, ScalingDecision? own, ScalingBehavior? behavior, int? missed)
    {
        var now = happened.UtcTicks;
        var guards = behavior?.SafetyGuards ?? happened.IsGuarded;
        var before = last.Extras ?? StateExtras.None;
        var isChange = happened.From != happened.To;
        var foreign = missed is { } expected
            ? Timeline.Trim(
                Timeline.Add(before.Foreign, now, happened.From - expected, ScaleCause.SomeoneElse),
                now - ChangeRetention(behavior))
            : before.Foreign;
        var isFirst = own?.Aside?.IsFirstAfterGap == true;
        var isHeld = IsHeld(happened, own, guards) || (guards && (missed is not null || isFirst));
        var isUp = behavior?.ScaleUp.LargerNeedPasses == true
            && (outcome.Kind == ScaleOutcomeKind.Applied || outcome.IsDoubtful) // if it was not done, that is only stricter
            && happened.To > happened.From && happened.Cause == ScaleCause.Metrics;
        var memories = own?.Memories is { } next ? RuleMemories.Of(next.ByRule) is null ? null : next : before.Memories;
        var intent = isChange && IsOpen(outcome)
            ? new ScalingIntent
            {
                At = new(ScaledAt(last, happened), TimeSpan.Zero),
                From = happened.From,
                To = happened.To,
                Cause = happened.Cause,
                OnTop = happened.Aside?.OnTop?.After ?? 0,
                IsOnlyRecommended = outcome.Kind == ScaleOutcomeKind.Recommended,
            }
            : null;

        // It is restored while the load asks for more; who does not ask for more wants what there is.
        var wanted = Math.Max(missed ?? 0, before.Restore ?? 0);
        var restore = guards && wanted > happened.To && !(own?.Recommended <= happened.From - (happened.Aside?.OnTop?.Before ?? 0))
            ? wanted
            : (int?)null;
        return (before with
        {
            Override = before.Override?.IsInForce(happened.At) == true ? before.Override : null,
            Intent = intent,
            Memories = memories,
            Foreign = foreign,
            LastHeld = isHeld ? now : before.LastHeld,
            Restore = restore,
            SetBacks = last.SetBacksWith(happened.From, missed, now),
            LastNeed = isUp ? own?.Recommended ?? happened.Recommended : before.LastNeed,
            OnTop = NextOnTop(happened, isChange && outcome.Kind != ScaleOutcomeKind.Applied, before.OnTop),
            LastUsable = own is null ? before.LastUsable : own.Aside?.LastUsable ?? [],
        }).Kept(last.Extras);
    }

    /// <summary>
    /// How many replicas are on top. What was not carried out changed nothing; a person's count leaves what is on top as it is, as far as
    /// there are so many.
    /// </summary>
    private static int NextOnTop(ScalingDecision happened, bool isUndone, int before) =>
        isUndone ? before : happened.IsManual ? Math.Clamp(before, 0, Math.Max(0, happened.To)) : happened.Aside?.OnTop?.After ?? 0;

    /// <summary>Whether the next evaluation will see what became of a scaling.</summary>
    private static bool IsOpen(ScaleOutcome outcome) => outcome.IsDoubtful || outcome.Kind == ScaleOutcomeKind.Recommended;

    /// <summary>From when a scaling counts: when it was due, but not before the one that is remembered as the last.</summary>
    private static long ScaledAt(ScalingState last, ScalingDecision happened) =>
        happened.Due is { } due
            ? Math.Max(due.UtcTicks, Math.Max(last.Changes?.At ?? ScalingState.Never, Math.Max(last.LastUp, last.LastDown)))
            : happened.UtcTicks;

    private static int Failures(ScalingState last, ScaleOutcome outcome) => outcome.Kind switch
    {
        ScaleOutcomeKind.Applied => 0,
        ScaleOutcomeKind.Failed when !ReferenceEquals(outcome, Begun) => last.ConsecutiveFailures + 1,
        _ => last.ConsecutiveFailures,
    };

    // A decision that was read from JSON does not know its behaviour: then the longest there may be.
    private static long Retention(TimeSpan? needed, TimeSpan longest)
    {
        var kept = needed ?? longest;
        return (kept > LeastRetention ? kept : LeastRetention).Ticks;
    }

    private static long ChangeRetention(ScalingBehavior? behavior) =>
        Math.Max(
            Retention(behavior?.ScaleUp.LongestPeriod, RateLimit.MaxPeriod),
            Retention(behavior?.ScaleDown.LongestPeriod, RateLimit.MaxPeriod));
}
