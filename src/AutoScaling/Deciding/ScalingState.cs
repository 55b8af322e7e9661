using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Deciding;

namespace AutoScaling;

/// <summary>
/// What a policy remembers from one evaluation to the next: the recommendations of its windows, the changes within its periods, the last
/// change each way.
/// Immutable; a process that restarts with its saved state decides as if it had never stopped.
/// After a crash, what was recommended since the last save is unknown: then the current count counts as recommended, and nothing is scaled
/// down sooner than without the crash.
/// </summary>
/// <remarks><see cref="ToJson"/> and <see cref="FromJson"/> save and load it.</remarks>
[JsonConverter(typeof(StateConverter))]
public sealed record ScalingState
{
    /// <summary>The ticks of what has not happened; far enough from all times that none is reached by adding a duration.</summary>
    internal const long Never = long.MinValue / 2;

    // Kept even when no window needs them, so that a policy that gets a window at run time has a past to look at.
    private static readonly TimeSpan LeastRetention = TimeSpan.FromMinutes(5);

    // One object is made at every evaluation, so it is packed: a written count is one more, so that 0 is none, and the lowest bit of the
    // failures says that this is a snapshot.
    private readonly int _written;
    private readonly int _failures;

    internal ScalingState(long since, long lastUp, long lastDown) => (Since, LastUp, LastDown) = (since, lastUp, lastDown);

    /// <summary>
    /// The state before the first evaluation: the current count becomes the first recommendation, so that nothing is scaled down rashly.
    /// </summary>
    public static ScalingState New { get; } = new(Never, Never, Never);

    /// <summary>
    /// When the last scale-up was applied that the metrics or a person asked for. One into the range is none: it must not hold up the
    /// metrics.
    /// </summary>
    public DateTimeOffset? LastScaleUp => Time(LastUp);

    /// <summary>When the last scale-down was applied.</summary>
    public DateTimeOffset? LastScaleDown => Time(LastDown);

    /// <summary>How many scalings in a row the scaler failed to carry out.</summary>
    public int ConsecutiveFailures
    {
        get => _failures >> 1;
        internal init => _failures = (value << 1) | (_failures & 1);
    }

    /// <summary>
    /// The count that was last written to the target; <see langword="null"/> if none was, or if someone else has been seen to change it
    /// since.
    /// </summary>
    public int? LastWritten
    {
        get => _written == 0 ? null : _written - 1;
        internal init => _written = value is { } written ? written + 1 : 0;
    }

    /// <summary>
    /// A scaling that was begun, and of which it is not known what became of it; <see langword="null"/>, nearly always, if there is none.
    /// </summary>
    public ScalingIntent? Intent => Extras?.Intent;

    /// <summary>
    /// The last changes, newest first, as far back as rate limits count them; those of others included, which rate limits do not count.
    /// </summary>
    public ImmutableArray<ScaleEvent> Events
    {
        get
        {
            var events = ImmutableArray.CreateBuilder<ScaleEvent>();
            var (own, foreign) = (Changes, Foreign);
            while ((foreign is null || own?.At >= foreign.At ? own : foreign) is { } newest)
            {
                events.Add(new() { At = new(newest.At, TimeSpan.Zero), Change = newest.Value, Cause = newest.Cause });
                if (ReferenceEquals(newest, own)) own = own.Older;
                else foreign = newest.Older;
            }

            return events.ToImmutable();
        }
    }

    /// <summary>What a person has said about the target; <see langword="null"/>, nearly always, if nobody has.</summary>
    public ScalingOverride? Override => Extras?.Override;

    /// <summary>What goes before the rules: the policy's word, or else a person's; <see langword="null"/> if there is none.</summary>
    internal ScalingOverride? OverrideAt(ScalingPolicy policy, DateTimeOffset now) =>
        policy.OverrideAt(now) ?? (Override is { } said && said.IsInForce(now) ? said : null);

    internal bool IsNew => Since == Never;

    /// <summary>
    /// Whether nothing is remembered but one recommendation, as nearly always where the load does not change, or not even that.
    /// </summary>
    internal bool HasOneRecommendation => Changes is null
        && (Highs is { Older: null, At: not 0 } only ? ReferenceEquals(Lows, only) : Highs is null && Lows is null);

    /// <summary>Whether it was taken while evaluations went on: what was recommended after it is not in it.</summary>
    internal bool IsSnapshot
    {
        get => (_failures & 1) != 0;
        init => _failures = (_failures & ~1) | (value ? 1 : 0);
    }

    /// <summary>When the first evaluation was.</summary>
    internal long Since { get; init; }

    /// <summary>Recommendations that may still be the largest of a window, newest first.</summary>
    internal Timeline? Highs { get; init; }

    /// <summary>Recommendations that may still be the smallest of a window, newest first.</summary>
    internal Timeline? Lows { get; init; }

    /// <summary>Our own changes, newest first.</summary>
    internal Timeline? Changes { get; init; }

    internal long LastUp { get; init; }

    internal long LastDown { get; init; }

    internal StateExtras? Extras { get; init; }

    /// <summary>What the rules remember; <see langword="null"/> if none does.</summary>
    internal RuleMemories? Memories => Extras?.Memories;

    /// <summary>What somebody else changed, newest first.</summary>
    internal Timeline? Foreign => Extras?.Foreign;

    /// <summary>
    /// From when a scale-down waits its cooldown: the last change either way, or when something else than the metrics last held the count.
    /// What was before the first evaluation is unknown, so that counts as a change.
    /// </summary>
    internal long LastChange => Math.Max(Math.Max(LastUp, LastDown), Math.Max(Since, Extras?.LastHeld ?? Never));

    /// <summary>Reads a state that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ScalingException">The text is not a state (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingState FromJson(string json) => StateJson.Read(json);

    /// <summary>The state as JSON. It carries the version of its form; later versions of the library read this one.</summary>
    public string ToJson() => StateJson.Write(this);

    /// <summary>
    /// The state after a decision and what became of it. Only an applied change is remembered as a scale event; a doubtful one as an
    /// intent.
    /// </summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="outcome">What the scaler did.</param>
    public ScalingState After(ScalingDecision decision, ScaleOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(outcome);
        return AfterChange(decision, outcome, decision, decision.Behavior);
    }

    /// <summary>
    /// The state to save before a decision is carried out: whoever finds it after a crash does not know what became of the scaling, and the
    /// next evaluation resolves that by the count that it finds.
    /// </summary>
    /// <param name="decision">What is to be carried out.</param>
    public ScalingState WithIntent(ScalingDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return After(decision, Begun);
    }

    /// <summary>The state once a person has said something about the target, or has taken it back.</summary>
    /// <param name="value">What is said; it takes the place of what was said before. <see langword="null"/> to take it back.</param>
    public ScalingState WithOverride(ScalingOverride? value) =>
        this with { Extras = ((Extras ?? StateExtras.None) with { Override = value }).Kept(Extras) };

    /// <summary>The state with the switch that somebody set while the host ran; <see langword="null"/>: as the policy says.</summary>
    internal ScalingState WithEnabled(bool? value) =>
        Extras?.Enabled == value ? this : this with { Extras = ((Extras ?? StateExtras.None) with { Enabled = value }).Kept(Extras) };

    /// <summary>The count that was last written, if it is not the one that was found: someone else changed the target.</summary>
    internal int? Missed(int found) => LastWritten is { } written && written != found ? written : null;

    /// <summary>The count to restore while the load asks for more than somebody else has left; 0 if there is none.</summary>
    /// <param name="missed">The count that was written last, if another is found.</param>
    internal int ToRestore(int? missed) => Math.Max(missed ?? 0, (Extras?.Restore ?? 0) - (Extras?.OnTop ?? 0));

    /// <summary>When somebody else has set the count back, with what is found now.</summary>
    private SetBacks? SetBacksWith(int found, int? missed, long now) =>
        SetBacks.After(Extras?.SetBacks, found, missed, Changes?.Value ?? 0, now);

    /// <summary>
    /// Since when somebody else has set the count back many times, if that is to be told now: once, not at each evaluation.
    /// </summary>
    /// <param name="found">The count that is found.</param>
    /// <param name="missed">The count that was written last, if another is found.</param>
    /// <param name="now">The time.</param>
    internal long? SetBackSince(int found, int? missed, long now) =>
        missed is not null && AsOf(now).SetBacksWith(found, missed, now) is { } setBacks && setBacks.ToldAt == now
            ? setBacks.Since(now)
            : null;

    /// <summary>
    /// The state of a policy that may not be the one that decided: what happened is everybody's past; what is recommended and remembered,
    /// and how long it counts, is each policy's own.
    /// </summary>
    /// <param name="happened">The decision that was carried out.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="own">What this policy decided; <see langword="null"/> if it was not asked.</param>
    /// <param name="behavior">This policy's behaviour, if it is known.</param>
    internal ScalingState AfterChange(ScalingDecision happened, ScaleOutcome outcome, ScalingDecision? own, ScalingBehavior? behavior) =>
        AsOf(happened.UtcTicks)
        .Resolved(happened.From, behavior?.SafetyGuards ?? happened.IsGuarded)
        .Next(happened, outcome, own, behavior);

    /// <summary>The state for somebody who may have to go on without what is yet to come.</summary>
    internal ScalingState Snapshot() => IsNew || IsSnapshot ? this : this with { IsSnapshot = true };

    /// <summary>
    /// The state as a clock sees it that may have been set back: what seems to lie in the future happened just now. Windows and cooldowns
    /// hold no longer for it.
    /// </summary>
    internal ScalingState AsOf(long now)
    {
        if (Since <= now && LastUp <= now && LastDown <= now && !(Highs?.At > now) && !(Lows?.At > now) && !(Changes?.At > now)
            && Extras?.IsAfter(now) is not true)
        {
            return this;
        }

        return this with
        {
            Since = Math.Min(Since, now),
            Highs = Timeline.NotAfter(Highs, now),
            Lows = Timeline.NotAfter(Lows, now),
            Changes = Timeline.NotAfter(Changes, now),
            LastUp = Math.Min(LastUp, now),
            LastDown = Math.Min(LastDown, now),
            Extras = Extras?.NotAfter(now),
        };
    }

    /// <summary>
    /// The state once the target's count is known: an intent is resolved. The new count means that the scaling took place when it was
    /// begun. Any other means that it did not; then nobody else is accused of the count that is found, since it is not known what was there
    /// before.
    /// </summary>
    /// <param name="found">The count that is there.</param>
    /// <param name="guards">Whether a scaling into the bounds starts no cooldown (<see cref="ScalingBehavior.SafetyGuards"/>).</param>
    internal ScalingState Resolved(int found, bool guards) =>
        Extras?.Intent is { } intent ? Resolved(intent, found, guards) : this;

    private ScalingState Resolved(ScalingIntent intent, int found, bool guards)
    {
        var extras = (Extras! with { Intent = null }).Kept(null);
        if (intent.IsOnlyRecommended) return Followed(intent, found, extras);
        if (found != intent.To) return this with { Extras = extras, LastWritten = found == LastWritten ? found : null };
        extras = ((extras ?? StateExtras.None) with { OnTop = intent.OnTop }).Kept(null);
        var at = intent.At.UtcTicks;
        var startsCooldown = intent.To > intent.From && !(guards && intent.Cause == ScaleCause.Bounds);
        return this with
        {
            Extras = extras,
            Changes = Timeline.Add(Changes, at, intent.To - intent.From, intent.Cause),
            LastUp = startsCooldown ? Math.Max(LastUp, at) : LastUp,
            LastDown = intent.To < intent.From ? Math.Max(LastDown, at) : LastDown,
            LastWritten = intent.To,
            ConsecutiveFailures = 0,
        };
    }

    /// <summary>
    /// The state once what was recommended was followed, or not. Whoever followed it has written the count, not we: nobody is accused of
    /// changing it later.
    /// </summary>
    private ScalingState Followed(ScalingIntent intent, int found, StateExtras? extras)
    {
        var isUp = intent.To > intent.From;
        if (isUp ? found < intent.To : found > intent.To) return this with { Extras = extras };
        extras = ((extras ?? StateExtras.None) with { OnTop = intent.OnTop }).Kept(null);
        var at = intent.At.UtcTicks;
        return this with
        {
            Extras = extras,
            Changes = Timeline.Add(Changes, at, found - intent.From, intent.Cause),
            LastUp = isUp ? Math.Max(LastUp, at) : LastUp,
            LastDown = isUp ? LastDown : Math.Max(LastDown, at),
        };
    }

    /// <summary>
    /// Whether nothing has been recommended for longer than 2.5 intervals: who was blind, disabled or suspended does not know what there
    /// was to recommend.
    /// </summary>
    internal bool IsGap(long now, TimeSpan interval) => !IsNew && (Highs is null || now - Highs.At > interval.Ticks * 5 / 2);

    private static ScaleOutcome Begun { get; } = ScaleOutcome.Doubtful("it was only begun");

    private ScalingState Next(ScalingDecision happened, ScaleOutcome outcome, ScalingDecision? own, ScalingBehavior? behavior)
    {
        var now = happened.UtcTicks;
        var guards = behavior?.SafetyGuards ?? happened.IsGuarded;
        var (highs, lows, since) = (Highs, Lows, Since);
        var from = happened.From - (happened.Aside?.OnTop?.Before ?? 0);
        if (IsNew)
        {
            since = now;
            lows = highs = Timeline.Add(null, now, from);
        }
        else if (IsSnapshot || own?.Aside?.IsFirstAfterGap == true)
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

        var (changes, written) = (Changes, LastWritten);
        var missed = happened.Expected;
        if (written != happened.From) written = null; // what someone else has changed is said once
        var isChange = happened.From != happened.To;
        var isApplied = isChange && outcome.Kind == ScaleOutcomeKind.Applied;
        var at = isApplied ? ScaledAt(happened) : now;
        if (isApplied)
        {
            changes = Timeline.Trim(
                Timeline.Add(changes, at, happened.To - happened.From, happened.Cause),
                now - ChangeRetention(behavior));
            written = happened.To;
        }

        var startsCooldown = isApplied && happened.To > happened.From && !(guards && happened.Cause == ScaleCause.Bounds);
        var lastDown = isApplied && happened.To < happened.From ? at : LastDown;
        var isPlain = Extras is null && missed is null && own?.Aside is null && happened.Aside?.OnTop is null
            && !(isChange && IsOpen(outcome))
            && !(startsCooldown && behavior?.ScaleUp.LargerNeedPasses == true);
        return new(since, startsCooldown ? at : LastUp, lastDown)
        {
            Highs = highs,
            Lows = lows,
            Changes = changes,
            LastWritten = written,
            ConsecutiveFailures = Failures(outcome),
            Extras = isPlain && !IsHeld(happened, own, guards) ? null : NextExtras(happened, outcome, own, behavior, missed),
        };
    }

    /// <summary>Whether something else than the metrics holds the count: a floor, or a person who has set it or holds it.</summary>
    private static bool IsHeld(ScalingDecision happened, ScalingDecision? own, bool guards) => guards
        && (happened.Cause == ScaleCause.Person || happened.Override?.StopsScaleDown == true
            || happened.From < happened.Range.Min
            || (own?.Recommended < happened.Range.Min && IsAtFloor(happened)));

    // Above its floor nothing is held by it: an idle target would never be let down to it.
    private static bool IsAtFloor(ScalingDecision happened) =>
        happened.From - (happened.Aside?.OnTop?.Before ?? 0) <= happened.Range.Min;

    private StateExtras? NextExtras(
        ScalingDecision happened, ScaleOutcome outcome, ScalingDecision? own, ScalingBehavior? behavior, int? missed)
    {
        var now = happened.UtcTicks;
        var guards = behavior?.SafetyGuards ?? happened.IsGuarded;
        var before = Extras ?? StateExtras.None;
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
                At = new(ScaledAt(happened), TimeSpan.Zero),
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
            SetBacks = SetBacksWith(happened.From, missed, now),
            LastNeed = isUp ? own?.Recommended ?? happened.Recommended : before.LastNeed,
            OnTop = NextOnTop(happened, isChange && outcome.Kind != ScaleOutcomeKind.Applied, before.OnTop),
            LastUsable = own is null ? before.LastUsable : own.Aside?.LastUsable ?? [],
        }).Kept(Extras);
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
    private long ScaledAt(ScalingDecision happened) =>
        happened.Due is { } due ? Math.Max(due.UtcTicks, Math.Max(Changes?.At ?? Never, Math.Max(LastUp, LastDown))) : happened.UtcTicks;

    private int Failures(ScaleOutcome outcome) => outcome.Kind switch
    {
        ScaleOutcomeKind.Applied => 0,
        ScaleOutcomeKind.Failed when !ReferenceEquals(outcome, Begun) => ConsecutiveFailures + 1,
        _ => ConsecutiveFailures,
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

    private static DateTimeOffset? Time(long ticks) => ticks == Never ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
