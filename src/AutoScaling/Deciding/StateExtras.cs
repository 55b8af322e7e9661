using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>What few states hold, beside the state itself, so that nearly all are small.</summary>
internal sealed record StateExtras
{
    private readonly ValueList<KeyValuePair<MetricRef, long>> _lastUsable;

    /// <summary>Nothing.</summary>
    public static StateExtras None { get; } = new();

    public ScalingOverride? Override { get; init; }

    /// <summary>Whether the target is evaluated, if somebody has said so while the host ran; only in what is saved.</summary>
    public bool? Enabled { get; init; }

    public ScalingIntent? Intent { get; init; }

    public RuleMemories? Memories { get; init; }

    /// <summary>
    /// By how much somebody else has changed the target, newest first. Apart from our own changes, since no rate limit counts them.
    /// </summary>
    public Timeline? Foreign { get; init; }

    /// <summary>When a floor, a person or somebody else last held the count: scale-downs wait their cooldown from then.</summary>
    public long LastHeld { get; init; } = ScalingState.Never;

    /// <summary>
    /// The count that was wanted before somebody else lowered it, until it is reached again, or the load no longer asks for more.
    /// </summary>
    public int? Restore { get; init; }

    /// <summary>How many of the replicas schedules have put on top of what the rules ask for.</summary>
    public int OnTop { get; init; }

    /// <summary>The recommendation behind the last scale-up by metrics.</summary>
    public int? LastNeed { get; init; }

    /// <summary>When somebody else has set the count back within a day.</summary>
    public SetBacks? SetBacks { get; init; }

    /// <summary>When metrics of which the policy must know it were last usable.</summary>
    public ImmutableArray<KeyValuePair<MetricRef, long>> LastUsable
    {
        get => _lastUsable;
        init => _lastUsable = value;
    }

    public long? LastUsableOf(MetricRef metric)
    {
        foreach (var (known, at) in _lastUsable.Items)
        {
            if (known == metric) return at;
        }

        return null;
    }

    /// <summary>Whether something of it seems to lie in the future.</summary>
    public bool IsAfter(long now) => Intent?.At.UtcTicks > now || Foreign?.At > now || LastHeld > now
        || SetBacks?.Times.At > now || SetBacks?.ToldAt > now || _lastUsable.Items.Any(u => u.Value > now);

    /// <summary>What seems to lie in the future happened just now.</summary>
    public StateExtras NotAfter(long now) => this with
    {
        Intent = Intent is { } intent && intent.At.UtcTicks > now ? intent with { At = new(now, TimeSpan.Zero) } : Intent,
        Foreign = Foreign?.At > now ? Timeline.NotAfter(Foreign, now) : Foreign,
        LastHeld = Math.Min(LastHeld, now),
        SetBacks = SetBacks?.NotAfter(now),
        LastUsable = [.. LastUsable.Select(u => KeyValuePair.Create(u.Key, Math.Min(u.Value, now)))],
    };

    /// <summary>This; <see langword="null"/> if there is nothing in it, and what was before if that is the same.</summary>
    public StateExtras? Kept(StateExtras? before) => Equals(None) ? null : Equals(before) ? before : this;
}
