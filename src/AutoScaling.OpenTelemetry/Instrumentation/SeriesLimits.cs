using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace AutoScaling.OpenTelemetry.Instrumentation;

/// <summary>
/// Room for the series of all targets. OpenTelemetry sums up what is over its limit as one series without a target, and its own limit is
/// 2,000 for each metric, which 667 targets reach by the three directions of their decisions.
/// </summary>
/// <param name="maxTargets">How many targets there is room for.</param>
/// <param name="isPerTarget">Whether each target has its own series.</param>
internal sealed class SeriesLimits(int maxTargets, bool isPerTarget)
{
    /// <summary>Of rules with a metric, and of shadows: more than any policy that makes sense.</summary>
    private const int Some = 4;

    /// <summary>The instruments that tell of targets, what else tells their series apart, and how many series a target may have.</summary>
    internal static ImmutableArray<(string Name, string[] Tags, int SeriesPerTarget)> Instruments { get; } =
    [
        ("autoscaling.decisions", ["autoscaling.direction"], CountOf<ScaleDirection>()),
        ("autoscaling.outcomes", ["autoscaling.outcome"], CountOf<ScaleOutcomeKind>()),
        ("autoscaling.holds", ["autoscaling.guard"], CountOf<ScalingGuard>()),
        ("autoscaling.errors", ["error.type"], CountOf<ScalingErrorKind>()),
        ("autoscaling.shadow.decisions", ["autoscaling.shadow", "autoscaling.result"], Some * 3),
        ("autoscaling.replicas.min", [], 1),
        ("autoscaling.replicas.max", [], 1),
        ("autoscaling.replicas.desired", [], 1),
        ("autoscaling.replicas.ready", [], 1),
        ("autoscaling.replicas.wanted", [], 1),
        ("autoscaling.paused", [], 1),
        ("autoscaling.shadow.replicas.wanted", ["autoscaling.shadow"], Some),
        ("autoscaling.metric.value", ["autoscaling.rule", "autoscaling.metric"], Some),
        ("autoscaling.metric.target", ["autoscaling.rule", "autoscaling.metric"], Some),
    ];

    /// <summary>How an instrument is read; <see langword="null"/> for as it is.</summary>
    public MetricStreamConfiguration? Of(Instrument instrument)
    {
        if (!string.Equals(instrument.Meter.Name, AutoScalingTelemetry.MeterName, StringComparison.Ordinal)) return null;
        var (name, tags, series) = Instruments.FirstOrDefault(i => string.Equals(i.Name, instrument.Name, StringComparison.Ordinal));
        if (name is null) return null;
        if (isPerTarget) return new() { CardinalityLimit = maxTargets * series };

        // Counters add up by themselves. Of what is observed, the last target's value would stand for all.
        return instrument.IsObservable ? MetricStreamConfiguration.Drop : new() { TagKeys = tags };
    }

    private static int CountOf<T>()
        where T : struct, Enum => Enum.GetValues<T>().Length;
}
