using System.Collections.Immutable;
using AutoScaling.Deciding;

namespace AutoScaling;

/// <summary>
/// What a policy remembers from one evaluation to the next: the recommendations of its windows, the changes within its periods, the last change each way.
/// Immutable; a process that restarts with its saved state decides as if it had never stopped.
/// After a crash, what was recommended since the last save is unknown: then the current count counts as recommended, and nothing is scaled down sooner than without the crash.
/// </summary>
/// <remarks><see cref="ToJson"/> and <see cref="FromJson"/> save and load it.</remarks>
public sealed class ScalingState
{
    // Kept even when no window needs them, so that a policy that gets a window at run time has a past to look at.
    private static readonly TimeSpan LeastRetention = TimeSpan.FromMinutes(5);

    /// <summary>The ticks of what has not happened; far enough from all times that none is reached by adding a duration.</summary>
    internal const long Never = long.MinValue / 2;

    internal ScalingState(long since, Timeline? highs, Timeline? lows, Timeline? changes, long lastUp, long lastDown, int failures, int? lastWritten, bool isSnapshot = false, ScalingIntent? intent = null)
    {
        Since = since;
        Highs = highs;
        Lows = lows;
        Changes = changes;
        LastUp = lastUp;
        LastDown = lastDown;
        ConsecutiveFailures = failures;
        LastWritten = lastWritten;
        IsSnapshot = isSnapshot;
        Intent = intent;
    }

    /// <summary>The state before the first evaluation: the current count becomes the first recommendation, so that nothing is scaled down rashly.</summary>
    public static ScalingState New { get; } = new(Never, null, null, null, Never, Never, 0, null);

    /// <summary>When the last scale-up was applied.</summary>
    public DateTimeOffset? LastScaleUp => Time(LastUp);

    /// <summary>When the last scale-down was applied.</summary>
    public DateTimeOffset? LastScaleDown => Time(LastDown);

    /// <summary>How many scalings in a row the scaler failed to carry out.</summary>
    public int ConsecutiveFailures { get; }

    /// <summary>The count that was last written to the target; <see langword="null"/> if none was, or if someone else has been seen to change it since.</summary>
    public int? LastWritten { get; }

    /// <summary>The applied changes that rate limits still count, newest first.</summary>
    public ImmutableArray<ScaleEvent> Events
    {
        get
        {
            var events = ImmutableArray.CreateBuilder<ScaleEvent>();
            for (var node = Changes; node is not null; node = node.Older) events.Add(new() { At = new(node.At, TimeSpan.Zero), Change = node.Value });
            return events.ToImmutable();
        }
    }

    /// <summary>A scaling that was begun, and of which it is not known what became of it.</summary>
    internal ScalingIntent? Intent { get; }

    internal bool IsNew => Since == Never;

    /// <summary>Whether it was taken while evaluations went on: what was recommended after it is not in it.</summary>
    internal bool IsSnapshot { get; }

    /// <summary>The count that was last written, if it is not the one that was found: someone else changed the target.</summary>
    internal int? Missed(int found) => LastWritten is { } written && written != found ? written : null;

    /// <summary>When the first evaluation was.</summary>
    internal long Since { get; }

    /// <summary>Recommendations that may still be the largest of a window, newest first.</summary>
    internal Timeline? Highs { get; }

    /// <summary>Recommendations that may still be the smallest of a window, newest first.</summary>
    internal Timeline? Lows { get; }

    internal Timeline? Changes { get; }

    internal long LastUp { get; }

    internal long LastDown { get; }

    /// <summary>The last change either way. What was before the first evaluation is unknown, so that counts as one.</summary>
    internal long LastChange => Math.Max(Math.Max(LastUp, LastDown), Since);

    /// <summary>Reads a state that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ScalingException">The text is not a state (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingState FromJson(string json) => StateJson.Read(json);

    /// <summary>The state as JSON.</summary>
    public string ToJson() => StateJson.Write(this);

    /// <summary>The state after a decision and what became of it. Only an applied change is remembered as a scale event.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="outcome">What the scaler did.</param>
    public ScalingState After(ScalingDecision decision, ScaleOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(outcome);
        return AfterChange(decision, outcome, decision.Recommended, decision.Behavior);
    }

    /// <summary>The state of a policy that may not be the one that decided: what happened is everybody's past, what is recommended, and how long it counts, is each policy's own.</summary>
    internal ScalingState AfterChange(ScalingDecision happened, ScaleOutcome outcome, int? recommended, ScalingBehavior? behavior)
    {
        var now = happened.At.UtcTicks;
        return AsOf(now).Resolve(happened.From).Next(happened, outcome, recommended, behavior, now);
    }

    /// <summary>The state to save before a decision is carried out.</summary>
    internal ScalingState WithIntent(ScalingDecision decision) => WithIntent(new ScalingIntent { From = decision.From, To = decision.To, At = decision.At });

    /// <summary>The state of somebody who has found a count, and so knows what became of what was begun.</summary>
    internal ScalingState Resolve(int found)
    {
        if (Intent is not { } intent) return this;
        if (intent.To != found) return new(Since, Highs, Lows, Changes, LastUp, LastDown, ConsecutiveFailures, null, IsSnapshot);
        var at = intent.At.UtcTicks;
        var changes = Timeline.Add(Changes, at, intent.To - intent.From);
        return intent.To > intent.From
            ? new(Since, Highs, Lows, changes, at, LastDown, 0, intent.To, IsSnapshot)
            : new(Since, Highs, Lows, changes, LastUp, at, 0, intent.To, IsSnapshot);
    }

    private ScalingState WithIntent(ScalingIntent? intent) => new(Since, Highs, Lows, Changes, LastUp, LastDown, ConsecutiveFailures, LastWritten, IsSnapshot, intent);

    /// <summary>The state for somebody who may have to go on without what is yet to come.</summary>
    internal ScalingState Snapshot() => IsNew || IsSnapshot ? this : new(Since, Highs, Lows, Changes, LastUp, LastDown, ConsecutiveFailures, LastWritten, isSnapshot: true, Intent);

    /// <summary>The state as a clock sees it that may have been set back: what seems to lie in the future happened just now. Windows and cooldowns hold no longer for it.</summary>
    internal ScalingState AsOf(long now)
    {
        if (Since <= now && LastUp <= now && LastDown <= now && !(Highs?.At > now) && !(Lows?.At > now) && !(Changes?.At > now)) return this;
        return new(
            Math.Min(Since, now),
            Timeline.NotAfter(Highs, now),
            Timeline.NotAfter(Lows, now),
            Timeline.NotAfter(Changes, now),
            Math.Min(LastUp, now),
            Math.Min(LastDown, now),
            ConsecutiveFailures,
            LastWritten,
            IsSnapshot,
            Intent);
    }

    private ScalingState Next(ScalingDecision decision, ScaleOutcome outcome, int? wanted, ScalingBehavior? behavior, long now)
    {
        var up = behavior?.ScaleUp;
        var down = behavior?.ScaleDown;

        var highs = Highs;
        var lows = Lows;
        var since = Since;
        if (IsNew)
        {
            since = now;
            lows = highs = Timeline.Add(null, now, decision.From);
        }
        else if (IsSnapshot)
        {
            highs = Timeline.AddToHighs(highs, now, decision.From);
        }

        if (wanted is { } recommended)
        {
            highs = Timeline.AddToHighs(highs, now, recommended);
            lows = Timeline.AddToLows(lows, now, recommended);
        }

        highs = Timeline.Trim(highs, now - Retention(down?.StabilizationWindow, DirectionBehavior.Longest));
        lows = Timeline.Trim(lows, now - Retention(up?.StabilizationWindow, DirectionBehavior.Longest));

        var failures = outcome.Kind switch
        {
            ScaleOutcomeKind.Failed => ConsecutiveFailures + 1,
            ScaleOutcomeKind.Applied => 0,
            _ => ConsecutiveFailures,
        };
        if (outcome.Kind != ScaleOutcomeKind.Applied || decision.From == decision.To)
        {
            // What someone else has changed is said once: in the decision that found it.
            var written = Missed(decision.From) is null ? LastWritten : null;
            var intent = outcome.IsDoubtful ? new ScalingIntent { From = decision.From, To = decision.To, At = decision.At } : null;
            return new(since, highs, lows, Changes, LastUp, LastDown, failures, written, intent: intent);
        }

        var changes = Timeline.Trim(
            Timeline.Add(Changes, now, decision.To - decision.From),
            now - Math.Max(Retention(up?.LongestPeriod, RateLimit.MaxPeriod), Retention(down?.LongestPeriod, RateLimit.MaxPeriod)));
        return decision.To > decision.From
            ? new(since, highs, lows, changes, now, LastDown, failures, decision.To)
            : new(since, highs, lows, changes, LastUp, now, failures, decision.To);
    }

    // A decision that was read from JSON does not know its behaviour: then the longest there may be.
    private static long Retention(TimeSpan? needed, TimeSpan longest)
    {
        var kept = needed ?? longest;
        return (kept > LeastRetention ? kept : LeastRetention).Ticks;
    }

    private static DateTimeOffset? Time(long ticks) => ticks == Never ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
