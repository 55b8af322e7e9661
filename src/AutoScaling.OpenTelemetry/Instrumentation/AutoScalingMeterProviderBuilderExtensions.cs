using AutoScaling;
using AutoScaling.OpenTelemetry.Instrumentation;
using AutoScaling.Primitives;

namespace OpenTelemetry.Metrics;

/// <summary>Registers the library's metrics.</summary>
public static class AutoScalingMeterProviderBuilderExtensions
{
    private static readonly Bounds<int> Targets = new(1, 100_000);

    /// <summary>Collects the library's metrics, with room for all targets: OpenTelemetry's own limit is full at 667 of them.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="maxTargets">How many targets there is room for; what is over it is summed up without a target. From 1 to 100,000;
    /// 1,000 by default. OpenTelemetry takes the room beforehand, some 6 MB for each 1,000 targets.</param>
    /// <param name="perTarget">Whether each target has its own series. Without, counters are those of all targets together, and counts of
    /// replicas and values of metrics are left out, as they mean nothing when added up. Alerts on single targets need it.</param>
    /// <exception cref="ScalingException"><paramref name="maxTargets"/> is outside its bounds
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static MeterProviderBuilder AddAutoScalingInstrumentation(
        this MeterProviderBuilder builder, int maxTargets = 1_000, bool perTarget = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var limits = new SeriesLimits(Targets.Check(maxTargets, "MaxTargets"), perTarget);
        return builder.AddMeter(AutoScalingTelemetry.MeterName).AddView(limits.Of);
    }
}
