namespace AutoScaling.Deciding;

/// <summary>What became of a scaling that was only begun, told by the count that is found.</summary>
internal static class IntentFold
{
    /// <summary>The state once the target's count is known; see <see cref="ScalingState.Resolved"/>.</summary>
    public static ScalingState Resolve(ScalingState state, ScalingIntent intent, int found, bool guards)
    {
        var extras = (state.Extras! with { Intent = null }).Kept(null);
        if (intent.IsOnlyRecommended) return Followed(state, intent, found, extras);
        if (found != intent.To) return state with { Extras = extras, LastWritten = found == state.LastWritten ? found : null };
        extras = ((extras ?? StateExtras.None) with { OnTop = intent.OnTop }).Kept(null);
        var at = intent.At.UtcTicks;
        var startsCooldown = intent.To > intent.From && !(guards && intent.Cause == ScaleCause.Bounds);
        return state with
        {
            Extras = extras,
            Changes = Timeline.Add(state.Changes, at, intent.To - intent.From, intent.Cause),
            LastUp = startsCooldown ? Math.Max(state.LastUp, at) : state.LastUp,
            LastDown = intent.To < intent.From ? Math.Max(state.LastDown, at) : state.LastDown,
            LastWritten = intent.To,
            ConsecutiveFailures = 0,
        };
    }

    /// <summary>
    /// The state once what was recommended was followed, or not. Whoever followed it has written the count, not we: nobody is accused of
    /// changing it later.
    /// </summary>
    private static ScalingState Followed(ScalingState state, ScalingIntent intent, int found, StateExtras? extras)
    {
        var isUp = intent.To > intent.From;
        if (isUp ? found < intent.To : found > intent.To) return state with { Extras = extras };
        extras = ((extras ?? StateExtras.None) with { OnTop = intent.OnTop }).Kept(null);
        var at = intent.At.UtcTicks;
        return state with
        {
            Extras = extras,
            Changes = Timeline.Add(state.Changes, at, found - intent.From, intent.Cause),
            LastUp = isUp ? Math.Max(state.LastUp, at) : state.LastUp,
            LastDown = isUp ? state.LastDown : Math.Max(state.LastDown, at),
        };
    }
}
