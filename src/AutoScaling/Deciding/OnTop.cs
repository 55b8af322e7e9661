namespace AutoScaling.Deciding;

/// <summary>
/// The replicas that schedules put on top of what the rules ask for. Rules and guards see the count without those that are there, and
/// those that are due are added to the count that comes of it.
/// </summary>
/// <param name="Before">How many of the replicas that are there were put on top.</param>
/// <param name="After">How many of the replicas that were decided on are on top.</param>
internal sealed record OnTop(int Before, int After)
{
    /// <summary>
    /// What there is before a decision; <see langword="null"/>, nearly always, if no schedule puts replicas on top, and none did.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="remembered">How many are remembered to be on top.</param>
    /// <param name="current">How many replicas there are.</param>
    public static OnTop? Of(ScalingPolicy policy, int remembered, int current)
    {
        var before = Math.Clamp(remembered, 0, Math.Max(0, current));
        return before > 0 || policy.HasOnTop ? new(before, before) : null;
    }

    /// <summary>The replicas as the rules see them.</summary>
    public ScalingObservation Without(ScalingObservation seen) => seen with
    {
        Replicas = seen.Replicas with
        {
            Desired = seen.Replicas.Desired - Before,
            Existing = Math.Max(0, seen.Replicas.Existing - Before),
        },
    };

    /// <summary>Adds what is due to a count, as far as the range allows.</summary>
    public static int Add(ref GuardTrail trail, int count, ReadOnlySpan<Recommendation> said)
    {
        long due = 0;
        foreach (ref readonly var recommendation in said)
        {
            if (recommendation.Kind == RecommendationKind.OnTop) due += recommendation.Replicas;
        }

        if (due == 0) return count;
        var with = Math.Max(count, trail.Range.Clamp((int)Math.Min(count + due, int.MaxValue)));
        return with == count ? count : trail.Note(ScalingGuard.OnTop, count, with);
    }

    /// <summary>What there is after a decision. Who holds or pauses the target changes nothing of what is on top.</summary>
    /// <param name="count">The count without what is on top.</param>
    /// <param name="with">The count that was decided on.</param>
    /// <param name="isOverridden">Whether a person's word changed it.</param>
    /// <returns><see langword="null"/> if nothing was on top, and nothing is.</returns>
    public OnTop? Decided(int count, int with, bool isOverridden)
    {
        var after = Math.Max(0, isOverridden ? Math.Min(Before, with) : with - count);
        return Before == 0 && after == 0 ? null : this with { After = after };
    }
}
