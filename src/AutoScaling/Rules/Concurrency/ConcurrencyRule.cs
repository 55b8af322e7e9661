using System.Collections.Immutable;
using AutoScaling.Primitives;
using AutoScaling.Rules.Concurrency;

namespace AutoScaling;

/// <summary>
/// Asks for as many replicas as keep the requests that each has under way at a target, on average over a stable window. If the last
/// seconds need much more than there is, it panics: it goes by these seconds, and removes nothing until a stable window after that.
/// </summary>
/// <remarks>
/// <para>
/// The windows are averages of the readings, by the readings' own times. At its beginning, after a gap of a stable window, and if the clock
/// was set back, it knows no window, and begins in panic with the replicas that there are, so that nothing is removed on one reading.
/// </para>
/// <para>
/// Source of the algorithm: the Knative pod autoscaler, its documentation ("Configuring concurrency", "Additional autoscaling
/// configuration") and its code (<c>pkg/autoscaler/scaling</c> of knative/serving). Different is that the last seconds must agree: no
/// replica goes that they need, and none comes that they do not need.
/// </para>
/// </remarks>
public sealed record ConcurrencyRule : ScalingRule
{
    internal static readonly Bounds<double> Utilizations = new(1, 100);
    internal static readonly Bounds<TimeSpan> Windows = new(TimeSpan.FromSeconds(6), TimeSpan.FromHours(1));
    internal static readonly Bounds<double> PanicWindows = new(1, 100);
    internal static readonly Bounds<double> Thresholds = new(110, 1000);
    internal static readonly Bounds<double> Rates = new(1, above: true);

    /// <inheritdoc/>
    public override string Name { get; init; } = "concurrency";

    /// <summary>The metric that holds the requests that are under way at the whole target, waiting ones included.</summary>
    public required MetricRef Metric { get; init; }

    /// <summary>The requests that one replica may have under way at most.</summary>
    /// <value>More than 0.</value>
    public required double Target
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(Target));
    }

    /// <summary>The part of <see cref="Target"/> that is kept, in percent.</summary>
    /// <value>70 by default; 1 to 100.</value>
    public double TargetUtilization
    {
        get;
        init => field = Utilizations.Check(value, nameof(TargetUtilization));
    }
    = 70;

    /// <summary>The time over which readings are averaged, and for which a panic goes on.</summary>
    /// <value>60 s by default; 6 s to 1 hour.</value>
    public TimeSpan StableWindow
    {
        get;
        init => field = Windows.Check(value, nameof(StableWindow));
    }
    = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The part of <see cref="StableWindow"/> over which readings are averaged in panic, in percent; one reading at least.
    /// </summary>
    /// <value>10 by default; 1 to 100.</value>
    public double PanicWindow
    {
        get;
        init => field = PanicWindows.Check(value, nameof(PanicWindow));
    }
    = 10;

    /// <summary>The replicas that the panic window needs, in percent of those that are ready, from which on it panics.</summary>
    /// <value>200 by default; 110 to 1000.</value>
    public double PanicThreshold
    {
        get;
        init => field = Thresholds.Check(value, nameof(PanicThreshold));
    }
    = 200;

    /// <summary>How many times the ready replicas it asks for at most.</summary>
    /// <value>1000 by default; more than 1.</value>
    public double MaxScaleUpRate
    {
        get;
        init => field = Rates.Check(value, nameof(MaxScaleUpRate));
    }
    = 1000;

    /// <summary>By what it divides the ready replicas at most.</summary>
    /// <value>2 by default; more than 1.</value>
    public double MaxScaleDownRate
    {
        get;
        init => field = Rates.Check(value, nameof(MaxScaleDownRate));
    }
    = 2;

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => [Metric];

    /// <inheritdoc/>
    public override bool Remembers => true;

    /// <inheritdoc/>
    public override bool FollowsCurrent => false;

    /// <summary>The requests that each replica is counted on for.</summary>
    internal double PerReplica => Target * TargetUtilization / 100;

    /// <inheritdoc/>
    public override RuleDescription Describe() => new()
    {
        Comparisons = [new() { Metric = Metric, Setting = "target", Nature = MetricNature.TotalPerReplica, Edges = [PerReplica] }],
    };

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        if (!context.TryRead(Metric, out var reading, out var trouble)) return trouble;
        var windows = ConcurrencyWindows.Of(this, context);
        windows.Add(reading, context);
        var (stable, last) = windows.Averages();
        var (current, ready) = (context.Current, Math.Max(1, context.Observation.Replicas.Ready));
        var (needed, neededLast) = (Count.Needed(stable / PerReplica), Count.Needed(last / PerReplica));
        var until = windows.Panic(context, neededLast >= PanicThreshold / 100 * ready);

        // The rates go by what is ready, but what was ordered is neither lost upward nor added downward.
        var most = Math.Max(Count.Needed(MaxScaleUpRate * ready), current);
        var least = Math.Min(Count.Truncate(ready / MaxScaleDownRate), current);
        int count = Math.Clamp(needed, least, most), countLast = Math.Clamp(neededLast, least, most);
        if (until is not null) count = Math.Max(countLast, current);
        else if (count > current) count = Math.Max(current, Math.Min(count, countLast));
        else count = Math.Min(current, Math.Max(count, countLast));
        return new(RecommendationKind.Replicas, RecommendationReason.Concurrency, count, Metric, reading.Value)
        {
            Said = new ConcurrencyDetail(this, stable, last, until is null ? null : neededLast),
            Until = until,
            Memory = windows.ToMemory(),
        };
    }
}
