using AutoScaling;

namespace OpenTelemetry.Trace;

/// <summary>Registers the library's activities.</summary>
public static class AutoScalingTracerProviderBuilderExtensions
{
    /// <summary>Collects the library's activities: one for each evaluation, and for each scaling by hand.</summary>
    /// <param name="builder">The builder.</param>
    public static TracerProviderBuilder AddAutoScalingInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(AutoScalingTelemetry.ActivitySourceName);
    }
}
