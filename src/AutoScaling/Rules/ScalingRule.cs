using System.Collections.Immutable;

namespace AutoScaling;

/// <summary>One way to ask for a count. Derive from it to add your own.</summary>
/// <remarks>
/// A rule is immutable and pure: the same context always gives the same answer. It keeps nothing but what it hands out with its answer,
/// waits for nothing and reads no clock.
/// </remarks>
public abstract record ScalingRule
{
    /// <summary>The name under which decisions quote the rule.</summary>
    public abstract string Name { get; init; }

    /// <summary>The metrics that the rule reads; the loop fetches these and no others.</summary>
    public virtual ImmutableArray<MetricRef> Metrics => [];

    /// <summary>Whether the rule only narrows the range, and never asks for a count of its own.</summary>
    public virtual bool OnlyBounds => false;

    /// <summary>Whether the rule makes its count of the current one, as a factor or a step of it does, and not of the load.</summary>
    /// <value><see langword="true"/> by default, which is the careful answer.</value>
    public virtual bool FollowsCurrent => true;

    /// <summary>When the rule has a say; outside of these times it is not asked, and has no opinion.</summary>
    /// <value><see langword="null"/> by default: always.</value>
    public ScalingSchedule? During { get; init; }

    /// <summary>Whether the rule remembers: gets a <see cref="RuleContext.Memory"/>, and answers with the next one.</summary>
    /// <value><see langword="false"/> by default.</value>
    public virtual bool Remembers => false;

    /// <summary>What the rule says to an observation.</summary>
    /// <param name="context">The observation, the time and the policy's behaviour.</param>
    public abstract Recommendation Recommend(in RuleContext context);

    /// <summary>
    /// The metric for which the rule would ask for the most if another number of replicas carried the load; the flap guard names it.
    /// </summary>
    /// <param name="context">The observation as it is.</param>
    /// <param name="replicas">The number of replicas to suppose, at least 1.</param>
    /// <returns>By default <see langword="null"/>: the metric that decided.</returns>
    public virtual MetricRef? Limits(in RuleContext context, int replicas) => null;

    /// <summary>What the rule tells of itself without being run, for checks of policies before they run.</summary>
    /// <returns>By default <see langword="null"/>: nothing, so that only its answers are known.</returns>
    public virtual RuleDescription? Describe() => null;

    /// <summary>
    /// What the rule would ask for if the load of the observation were carried by another number of replicas; the flap guard asks this.
    /// </summary>
    /// <param name="context">The observation as it is.</param>
    /// <param name="replicas">The number of replicas to suppose, at least 1.</param>
    /// <param name="recommended">What the rule said to the observation as it is.</param>
    /// <returns>The count. By default what the rule said, which is right for a rule whose metric does not depend on the replicas.</returns>
    public virtual int Project(in RuleContext context, int replicas, in Recommendation recommended) => recommended.Replicas;
}
