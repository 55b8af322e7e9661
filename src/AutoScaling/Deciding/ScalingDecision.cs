using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Deciding;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Which way a decision goes.</summary>
[JsonConverter(typeof(WordConverter<ScaleDirection>))]
public enum ScaleDirection
{
    /// <summary>The target keeps its replicas.</summary>
    Stay,

    /// <summary>Replicas are added.</summary>
    Up,

    /// <summary>Replicas are removed.</summary>
    Down,
}

/// <summary>
/// The answer to one observation; "stay" is an answer like any other. It holds all that is needed to explain it. Equal when its contents
/// are.
/// </summary>
[JsonConverter(typeof(DecisionConverter))]
public sealed record ScalingDecision
{
    private readonly DecisionNumbers _numbers;
    private readonly ValueList<Recommendation> _recommendations;
    private readonly ValueList<GuardStep> _steps;

    internal ScalingDecision(ScalingTarget target, DateTimeOffset at, int from, int to)
    {
        Target = target;
        _numbers = new(at, from, to);
    }

    /// <summary>Makes a decision again of what was kept of it.</summary>
    internal ScalingDecision(ScalingTarget target, in DecisionNumbers numbers)
    {
        Target = target;
        _numbers = numbers;
    }

    /// <summary>What is scaled.</summary>
    public ScalingTarget Target { get; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset At => _numbers.At;

    /// <summary>The desired replicas that were found.</summary>
    public int From => _numbers.From;

    /// <summary>The desired replicas that there should be.</summary>
    public int To => _numbers.To;

    /// <summary>Which way the decision goes.</summary>
    public ScaleDirection Direction => To > From ? ScaleDirection.Up : To < From ? ScaleDirection.Down : ScaleDirection.Stay;

    /// <summary>Who or what asks for the change; <see cref="ScaleCause.Metrics"/> also where nothing changes.</summary>
    public ScaleCause Cause
    {
        get => _numbers.Cause;
        internal init => _numbers.Cause = value;
    }

    /// <summary>
    /// What the rules, or the person who scaled it by hand, asked for before any guard; <see langword="null"/> if the rules could not say.
    /// </summary>
    public int? Recommended
    {
        get => _numbers.Recommended;
        internal init => _numbers.Recommended = value;
    }

    /// <summary>The range that held at the time: the policy's, narrowed by its schedules.</summary>
    public ReplicaRange Range
    {
        get => _numbers.Range;
        internal init => _numbers.Range = value;
    }

    /// <summary>What each rule said, in the policy's order.</summary>
    public ImmutableArray<Recommendation> Recommendations
    {
        get => _recommendations;
        internal init => _recommendations = value;
    }

    /// <summary>The guards that changed the count, in their order.</summary>
    public ImmutableArray<GuardStep> Steps
    {
        get => _steps;
        internal init => _steps = value;
    }

    /// <summary>
    /// The count that was written last, if this is the first decision that found another: someone else changed the target.
    /// </summary>
    public int? Expected
    {
        get => _numbers.Expected;
        internal init => _numbers.Expected = value;
    }

    /// <summary>
    /// Since when somebody else has set the count back three times, if this is the decision that tells it: once a day, while it goes on.
    /// </summary>
    public DateTimeOffset? SetBackSince => Aside?.SetBackSince is { } since ? new DateTimeOffset(since, TimeSpan.Zero) : null;

    /// <summary>For how many replicas there was room, if that changed the count.</summary>
    public Headroom? Headroom => Aside?.Headroom;

    /// <summary>
    /// What a person, or the policy with <see cref="ScalingPolicy.Paused"/> or <see cref="ScalingPolicy.Override"/>, said about the target
    /// at the time; <see langword="null"/>, nearly always, if nobody did.
    /// </summary>
    public ScalingOverride? Override => Aside?.Override;

    /// <summary>
    /// When the evaluation was due that scales a little later, in the rhythm of a loop: cooldowns and rate limits count the scaling from
    /// then. <see langword="null"/>: from <see cref="At"/>.
    /// </summary>
    public DateTimeOffset? Due => Aside?.Due;

    /// <summary>
    /// The guard that had the last word where the count is another one than the rules ask for; <see langword="null"/> if no guard changed
    /// it.
    /// </summary>
    [JsonIgnore]
    public GuardStep? HeldBackBy => Explanation.HeldBackBy(this);

    /// <summary>The time of <see cref="At"/> as ticks of UTC.</summary>
    internal long UtcTicks => _numbers.UtcTicks;

    /// <summary>The times and counts, as a host keeps them.</summary>
    internal ref readonly DecisionNumbers Numbers => ref _numbers;

    /// <summary>What a metric would have been with fewer replicas, if the flap guard changed the count for it.</summary>
    public Projection? Projection => Aside?.Projection;

    /// <summary>
    /// The behaviour that held, which tells the state how much to remember; <see langword="null"/> in a decision that was read from JSON.
    /// </summary>
    internal ScalingBehavior? Behavior
    {
        get;
        init => (field, _numbers.IsGuarded) = (value, value?.SafetyGuards != false);
    }

    /// <summary>Whether <see cref="ScalingBehavior.SafetyGuards"/> were on.</summary>
    internal bool IsGuarded
    {
        get => _numbers.IsGuarded;
        init => _numbers.IsGuarded = value;
    }

    internal DecisionAside? Aside { get; init; }

    /// <summary>What the rules remember from now on; <see langword="null"/> if none remembers, or if that is not known.</summary>
    internal RuleMemories? Memories => Aside?.Memories;

    /// <summary>Whether a person asked for just this scaling, so that no rule was asked.</summary>
    internal bool IsManual => Cause == ScaleCause.Person && Override is null;

    /// <summary>Whether a rule could not say, for want of a reading.</summary>
    internal bool IsBlind => Combining.IsBlind(Recommendations.AsSpan());

    /// <summary>A count that a person asked for.</summary>
    /// <param name="policy">The policy that holds.</param>
    /// <param name="from">The count that was found.</param>
    /// <param name="asked">The count to have, and who asked for it.</param>
    /// <param name="now">When the person asked.</param>
    /// <param name="expected">The count that was written last, if another was found.</param>
    /// <param name="setBackSince">Since when somebody else has set the count back many times, if that is to be told now.</param>
    internal static ScalingDecision Manual(
        ScalingPolicy policy, int from, ByHand asked, DateTimeOffset now, int? expected, long? setBackSince = null) =>
        new(policy.Target, now, from, asked.Replicas)
        {
            Cause = ScaleCause.Person,
            Recommended = asked.Replicas,
            Range = policy.Range,
            Recommendations =
            [
                new(RecommendationKind.Replicas, RecommendationReason.Custom, asked.Replicas)
                {
                    Detail = asked.Said,
                    Rule = "manual",
                },
            ],
            Expected = expected,
            Behavior = policy.Behavior,
            Aside = setBackSince is null ? null : new() { SetBackSince = setBackSince },
        };

    /// <summary>The decision of an evaluation that was due earlier than it decided; see <see cref="Due"/>.</summary>
    /// <param name="due">
    /// When it was due; <see langword="null"/>, or a time that is not before <see cref="At"/>: it decided in time.
    /// </param>
    public ScalingDecision DueAt(DateTimeOffset? due) =>
        this with { Aside = ((Aside ?? new()) with { Due = due < At ? due : null }).Kept() };

    /// <summary>Says in plain sentences why the target is scaled, or why not, until when, and what would change the answer.</summary>
    public string Explain() => Explanation.Of(this);

    /// <summary>
    /// Says in one plain sentence what <see cref="HeldBackBy"/> did, and until when; <see langword="null"/> if no guard did anything.
    /// </summary>
    public string? ExplainHeldBack() => Explanation.HeldBack(this);

    /// <summary>Reads a decision that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ScalingException">The text is not a decision (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingDecision FromJson(string json) => DecisionJson.Read(json);

    /// <summary>The decision as JSON, with its explanation.</summary>
    public string ToJson() => DecisionJson.Write(this);

    /// <summary>Whether the other says the same, for the same reasons.</summary>
    /// <param name="other">The other decision.</param>
    public bool Equals(ScalingDecision? other) => other is not null
        && Target == other.Target
        && _numbers.IsSame(other._numbers)
        && (Override, Headroom, Projection) == (other.Override, other.Headroom, other.Projection)
        && (Due, SetBackSince) == (other.Due, other.SetBackSince)
        && _recommendations.Equals(other._recommendations)
        && _steps.Equals(other._steps);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Target, UtcTicks, From, To, _recommendations, _steps);

    /// <summary>The decision as <c>web: 3 to 5</c>.</summary>
    public override string ToString() => From == To
        ? $"{Target}: stays at {Phrase.Exact(From)}"
        : $"{Target}: {Phrase.Exact(From)} to {Phrase.Exact(To)}";
}
