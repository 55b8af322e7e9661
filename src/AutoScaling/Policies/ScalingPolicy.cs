using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using AutoScaling.Policies;
using AutoScaling.Primitives;
using AutoScaling.Rules;
using AutoScaling.Rules.Threshold;

namespace AutoScaling;

/// <summary>How the counts that several rules ask for become one.</summary>
[JsonConverter(typeof(WordConverter<RuleCombination>))]
public enum RuleCombination
{
    /// <summary>The largest.</summary>
    Max,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The sum.</summary>
    Sum,
}

/// <summary>What becomes of decisions.</summary>
[JsonConverter(typeof(WordConverter<ScalingMode>))]
public enum ScalingMode
{
    /// <summary>The scaler carries them out.</summary>
    Scale,

    /// <summary>
    /// They are recorded, exported and explained; the scaler is never asked to scale. One counts as carried out, with its cooldown, once
    /// the replicas that are found have reached it.
    /// </summary>
    Recommend,
}

/// <summary>How one target is scaled: its range, its rules, and what holds changes back. Immutable and thread-safe.</summary>
[JsonConverter(typeof(PolicyJsonConverter))]
public sealed record ScalingPolicy : IRuleFrame
{
    private static readonly ValueList<ScalingRule> DefaultRules = new([new ThresholdRule()]);
    private static readonly ValueList<SourceMetrics> DefaultSources = SourceMetrics.Of(DefaultRules.Items);

    private readonly ValueList<ScalingRule> _rules = DefaultRules;
    private readonly ValueList<SourceMetrics> _sources = DefaultSources;
    private readonly ValueList<SourceMetrics> _shadowSources;
    private readonly ValueList<ShadowPolicy> _shadows;
    private readonly ValueList<MetricExpectation> _metrics = new([]);

    /// <summary>What is scaled.</summary>
    public required ScalingTarget Target { get; init; }

    /// <summary>The least and the most replicas.</summary>
    /// <value>1 to 10 by default.</value>
    public ReplicaRange Range { get; init; } = PolicyDefaults.Library.Range;

    /// <summary>The ways to ask for a count, at least one.</summary>
    /// <remarks>
    /// What a rule remembers is kept by its name, and decisions quote it, so names are unique: of several with one name, the second gets
    /// <c>-2</c> behind it, and so on.
    /// </remarks>
    /// <value>By default one <see cref="ThresholdRule"/> that keeps CPU use at 70 %.</value>
    public ImmutableArray<ScalingRule> Rules
    {
        get => _rules;
        init
        {
            _rules = value.IsDefaultOrEmpty
                ? throw ScalingException.Invalid("Rules must hold at least 1 rule, but is empty.")
                : Distinct(value);
            Remembers = value.Any(r => r.Remembers);
            HasOnTop = value.Any(r => r is ScheduleRule { Bound: ScheduleBound.Add });
            HasRanks = value.Any(r => r is ScheduleRule { Priority: not 0 } or ScheduleRule { Gradual: true });
            _sources = SourceMetrics.Share(SourceMetrics.Of(value), _shadows.Items);
            _shadowSources = SourceMetrics.Beside(Sources, _shadows.Items);
        }
    }

    /// <summary>Whether one of the rules is a schedule that counts more or less than others, or that is not to be rushed.</summary>
    internal bool HasRanks { get; private init; }

    /// <summary>Whether one of the rules is a schedule that puts replicas on top.</summary>
    internal bool HasOnTop { get; private init; }

    /// <summary>Whether one of the rules remembers.</summary>
    internal bool Remembers { get; private init; }

    /// <summary>Whether one of the metrics does not follow the load.</summary>
    internal bool HasSteady { get; private init; }

    /// <summary>Whether something is remembered for the rules from one evaluation to the next.</summary>
    internal bool HasMemories => Remembers || HasSteady;

    /// <summary>The metric sources that the rules read, with what they and the shadows read of each.</summary>
    internal ImmutableArray<SourceMetrics> Sources => _sources;

    /// <summary>The metric sources that only shadows read, with what they read.</summary>
    internal ImmutableArray<SourceMetrics> ShadowSources => _shadowSources;

    /// <summary>What is known of the metrics that the rules read.</summary>
    /// <value>Nothing by default; at most one for each metric.</value>
    public ImmutableArray<MetricExpectation> Metrics
    {
        get => _metrics;
        init
        {
            _metrics = value;
            HasSteady = _metrics.Items.Any(m => !m.FollowsLoad);
            var again = _metrics.Items.GroupBy(m => m.Metric).FirstOrDefault(same => same.Count() > 1);
            if (again is not null) throw ScalingException.Invalid($"Metrics must be different, but {again.Count()} are '{again.Key}'.");
        }
    }

    /// <summary>How the counts of several rules become one.</summary>
    /// <value><see cref="RuleCombination.Max"/> by default.</value>
    public RuleCombination Combine { get; init; }

    /// <summary>
    /// Whether a scale-down needs every rule that has a count to ask for fewer replicas than there are. With <see
    /// cref="RuleCombination.Max"/> it always does.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool ScaleDownOnlyIfAllAgree { get; init; }

    /// <summary>What holds changes back.</summary>
    /// <value><see cref="ScalingBehavior.Default"/> by default.</value>
    public ScalingBehavior Behavior { get; init; } = ScalingBehavior.Default;

    /// <summary>The age from which a reading is too old to act on.</summary>
    /// <value>5 minutes by default; more than 0.</value>
    public TimeSpan MaxMetricAge
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(MaxMetricAge));
    }
    = PolicyDefaults.MaxMetricAge;

    /// <summary>The time between two evaluations.</summary>
    /// <value><see langword="null"/> by default: the loop's own (30 s unless set). At least 100 ms, at most 24 hours.</value>
    public TimeSpan? Interval
    {
        get;
        init => field = Bounds.Interval.Check(value, nameof(Interval));
    }

    /// <summary>The registered name of the scaler that carries decisions out.</summary>
    /// <value><see langword="null"/> by default: the default scaler. Not empty, and all of the name can be seen.</value>
    public string? Scaler
    {
        get;
        init => field = value is null ? null
            : string.IsNullOrWhiteSpace(value) ? throw Bounds.Broken(nameof(Scaler), "a name, or null for the default scaler", value)
            : Invisible.Refuse(value, nameof(Scaler));
    }

    /// <summary>Whether the loop evaluates the policy from the start; it can be enabled and disabled at run time.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether decisions are carried out, or only recommended.</summary>
    /// <value><see cref="ScalingMode.Scale"/> by default.</value>
    public ScalingMode Mode { get; init; }

    /// <summary>
    /// Whether the target keeps its replicas, whatever metrics and bounds say. It is evaluated, explained and recorded all the same.
    /// Ends only when the policy no longer says so; what a person pauses is in the state (<see cref="ScalingState.Override"/>).
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool Paused { get; init; }

    /// <summary>
    /// What the policy says of its target before rules and bounds, as a person may (<see cref="ScalingState.Override"/>), whose word it
    /// goes before. It needs no state, and ends with its time or when the policy no longer says so. <see cref="Paused"/> goes before it.
    /// </summary>
    /// <value><see langword="null"/> by default. It has no <see cref="ScalingOverride.Since"/>: nobody knows when it was said.</value>
    public ScalingOverride? Override
    {
        get;
        init => field = value is null ? null : new(value.Kind, value.Replicas, since: null, value.Until, value.Reason, value.By);
    }

    /// <summary>Candidates that decide beside this policy, on the same observations, and touch nothing.</summary>
    /// <value>None by default; each has another name.</value>
    public ImmutableArray<ShadowPolicy> Shadows
    {
        get => _shadows;
        init
        {
            _shadows = value;
            var again = _shadows.Items.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(named => named.Count() > 1);
            if (again is not null)
                throw ScalingException.Invalid($"Shadows must have different names, but {again.Count()} are named '{again.Key}'.");
            _sources = SourceMetrics.Share(Sources, _shadows.Items);
            _shadowSources = SourceMetrics.Beside(Sources, _shadows.Items);
        }
    }

    /// <inheritdoc/>
    bool IRuleFrame.FollowsLoad(MetricRef metric) => Expectation(metric)?.FollowsLoad != false;

    /// <summary>
    /// Whether a metric may be negative: the policy says so, or a rule that reads it has a negative edge, or does not tell what it
    /// compares.
    /// </summary>
    internal bool AllowsNegative(MetricRef metric)
    {
        if (Expectation(metric) is { Negative: true }) return true;
        foreach (var rule in _rules.Items)
        {
            if (!rule.Metrics.Contains(metric)) continue;
            if (rule.Describe() is not { } description
                || description.Comparisons.Any(c => c.Metric == metric && c.Edges.Any(edge => edge < 0)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the policy says of its target before all rules; <see langword="null"/> if it says nothing.</summary>
    internal ScalingOverride? OverrideAt(DateTimeOffset now) =>
        Paused ? ScalingOverride.ByPolicy : Override is { } said && said.IsInForce(now) ? said : null;

    /// <summary>What is known of a metric; <see langword="null"/> if nothing is.</summary>
    internal MetricExpectation? Expectation(MetricRef metric)
    {
        foreach (var expectation in _metrics.Items)
        {
            if (expectation.Metric == metric) return expectation;
        }

        return null;
    }

    /// <summary>What the policy's rules look at.</summary>
    /// <param name="observation">What is known of the target.</param>
    /// <param name="now">The time of the evaluation.</param>
    public RuleContext CreateContext(ScalingObservation observation, DateTimeOffset now) =>
        new(observation, now, this);

    /// <summary>
    /// The policy of a target that sets nothing itself: the range, one threshold rule, and the default behaviour with the cooldowns of the
    /// defaults.
    /// </summary>
    /// <param name="target">What is scaled.</param>
    /// <param name="defaults">What the policy has.</param>
    public static ScalingPolicy For(ScalingTarget target, PolicyDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        var policy = new ScalingPolicy { Target = target, Range = defaults.Range };
        var usual = PolicyDefaults.Library;

        // Policies share what is as usual: a host may have a hundred thousand of them.
        if (defaults.CpuTarget != usual.CpuTarget || defaults.MemoryTarget != usual.MemoryTarget)
            policy = policy with { Rules = [ThresholdSettings.Of(defaults)] };
        var (up, down) = (policy.Behavior.ScaleUp, policy.Behavior.ScaleDown);
        if (defaults.ScaleUpCooldown == up.Cooldown && defaults.ScaleDownCooldown == down.Cooldown) return policy;
        return policy with
        {
            Behavior = policy.Behavior with
            {
                ScaleUp = up with { Cooldown = defaults.ScaleUpCooldown },
                ScaleDown = down with { Cooldown = defaults.ScaleDownCooldown },
            },
        };
    }

    /// <inheritdoc/>
    ScalingSchedule? IRuleFrame.Schedule(string name)
    {
        foreach (var rule in Rules)
        {
            if (rule is ScheduleRule schedule && string.Equals(schedule.Name, name, StringComparison.Ordinal)) return schedule.Times;
        }

        return null;
    }

    private static ImmutableArray<ScalingRule> Distinct(ImmutableArray<ScalingRule> rules)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var distinct = rules;
        for (var i = 0; i < rules.Length; i++)
        {
            var name = rules[i] is { Name: { } given } && !string.IsNullOrWhiteSpace(given)
                ? Invisible.Refuse(given, "Name of a rule")
                : throw ScalingException.Invalid("Rules must hold rules that have names, but one is null or has none.");
            for (var number = 2; !names.Add(name); number++)
                name = string.Create(CultureInfo.InvariantCulture, $"{rules[i].Name}-{number}");
            if (!string.Equals(name, rules[i].Name, StringComparison.Ordinal))
                distinct = distinct.SetItem(i, rules[i] with { Name = name });
        }

        return distinct;
    }
}
