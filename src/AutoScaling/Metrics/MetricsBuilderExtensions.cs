using System.Collections.Immutable;
using AutoScaling;
using AutoScaling.Ports;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds metric sources of the library.</summary>
public static class AutoScalingMetricsExtensions
{
    /// <summary>Adds a source that reads the host's own .NET instruments, which rules ask by name: <c>queue@orders</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="metrics">Which instruments, and how they become metrics.</param>
    public static AutoScalingBuilder AddMeters(this AutoScalingBuilder builder, string name, params ImmutableArray<MeterMetric> metrics) =>
        builder.AddMetrics(name, services => new MeterMetricsProvider(metrics, services.GetRequiredService<TimeProvider>()));

    /// <summary>Puts a cache before every metric source.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">How long readings are kept; <see langword="null"/> for the defaults.</param>
    public static AutoScalingBuilder CacheMetrics(this AutoScalingBuilder builder, MetricsCacheOptions? options = null)
    {
        builder.Services.AddSingleton(services => new MetricsDecorator(
            inner => new CachingMetricsProvider(inner, services.GetRequiredService<TimeProvider>(), options)));
        return builder;
    }
}
