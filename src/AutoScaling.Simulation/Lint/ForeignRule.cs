using System.Collections.Immutable;

namespace AutoScaling.Simulation.Lint;

/// <summary>A rule of the user's own, or one that does not describe itself: only its answers to the engine's questions are known.</summary>
/// <remarks>It may throw anything, so anything is caught: it is noted, and counts as "cannot say".</remarks>
internal sealed record ForeignRule : ScalingRule
{
    private readonly ScalingRule _rule;
    private readonly ScalingPolicy _policy;
    private readonly int _index;
    private readonly RuleTroubles _troubles;

    public ForeignRule(ScalingRule rule, ScalingPolicy policy, int index, RuleTroubles troubles)
    {
        (_rule, _policy, _index, _troubles) = (rule, policy, index, troubles);
        Name = Try(() => rule.Name) ?? "";
        Reads = Try(() => rule.Metrics) is { IsDefault: false } metrics ? metrics : [];
        OnlyBounds = Try(() => rule.OnlyBounds);
        Description = Try(() => rule.Describe());
    }

    public override string Name { get; init; }

    public override bool OnlyBounds { get; }

    /// <summary>The metrics that the rule reads; the engine is not asked for them here.</summary>
    public ImmutableArray<MetricRef> Reads { get; }

    /// <summary>What the rule tells of itself, if it does.</summary>
    public RuleDescription? Description { get; }

    /// <summary>
    /// The observation, made at <see cref="Supposed.Epoch"/>, from which the load at other counts is concluded;
    /// <see langword="null"/>: each observation is taken as it is.
    /// </summary>
    public ScalingObservation? Base { get; init; }

    public override Recommendation Recommend(in RuleContext context)
    {
        try
        {
            var own = Supposed.Context(_policy, context.Observation, context.Now);
            if (Base is not { } seen || seen.Replicas.Desired == context.Current) return _rule.Recommend(own);

            var before = Supposed.Context(_policy, seen, Supposed.Epoch);
            var said = _rule.Recommend(before);
            if (said.Kind != RecommendationKind.Replicas) return _rule.Recommend(own);

            // A rule that projects the same count everywhere says that its metric does not depend on the replicas:
            // then the same readings are there at every count.
            var count = Math.Max(1, context.Current);
            var projected = _rule.Project(before, count, said);
            var depends = projected != said.Replicas
                || _rule.Project(before, count + 1, said) != said.Replicas
                || _rule.Project(before, Math.Max(1, count - 1), said) != said.Replicas;
            return depends ? said with { Replicas = projected, Value = null } : _rule.Recommend(own);
        }
        catch (Exception e)
        {
            _troubles.Note(_index, e);
            return Recommendation.Unavailable("the rule threw");
        }
    }

    public override int Project(in RuleContext context, int replicas, in Recommendation recommended)
    {
        try
        {
            if (Base is null)
                return _rule.Project(Supposed.Context(_policy, context.Observation, context.Now), replicas, recommended);
            var before = Supposed.Context(_policy, Base, Supposed.Epoch);
            var said = _rule.Recommend(before);
            return _rule.Project(before, replicas, said);
        }
        catch (Exception e)
        {
            _troubles.Note(_index, e);
            return recommended.Replicas;
        }
    }

    private T? Try<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception e)
        {
            _troubles.Note(_index, e);
            return default;
        }
    }
}
