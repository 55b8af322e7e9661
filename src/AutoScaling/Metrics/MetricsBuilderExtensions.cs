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

    /// <summary>Adds a source that reads what programs tell, which rules ask by name: <c>queue@redis</c>. Linux and macOS.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="metrics">Which programs, and where their output has the values.</param>
    public static AutoScalingBuilder AddCommandMetrics(
        this AutoScalingBuilder builder, string name, params ImmutableArray<CommandMetric> metrics) =>
        builder.AddCommandMetrics(name, CommandOptions.Usual, metrics);

    /// <summary>Adds a source that reads what programs tell, which rules ask by name: <c>queue@redis</c>. Linux and macOS.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="options">How the programs are run.</param>
    /// <param name="metrics">Which programs, and where their output has the values.</param>
    public static AutoScalingBuilder AddCommandMetrics(
        this AutoScalingBuilder builder, string name, CommandOptions options, params ImmutableArray<CommandMetric> metrics) =>
        builder.AddMetrics(name, services => new CommandMetricsProvider(metrics, services.GetRequiredService<TimeProvider>(), options));

    /// <summary>Adds a source that reads what a server tells, which rules ask by name: <c>queue@rabbit</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="metrics">Which URLs, and where their answers have the values.</param>
    public static AutoScalingBuilder AddHttpMetrics(
        this AutoScalingBuilder builder, string name, params ImmutableArray<HttpMetric> metrics) =>
        builder.AddHttpMetrics(name, HttpOptions.Usual, metrics);

    /// <summary>Adds a source that reads what a server tells, which rules ask by name: <c>queue@rabbit</c>.</summary>
    /// <remarks>
    /// For a client of <c>IHttpClientFactory</c>: <c>AddMetrics(name, s => new HttpMetricsProvider(metrics, TimeProvider.System, options,
    /// () => s.GetRequiredService&lt;IHttpClientFactory>().CreateClient(name)))</c>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="options">How the server is asked.</param>
    /// <param name="metrics">Which URLs, and where their answers have the values.</param>
    public static AutoScalingBuilder AddHttpMetrics(
        this AutoScalingBuilder builder, string name, HttpOptions options, params ImmutableArray<HttpMetric> metrics) =>
        builder.AddMetrics(name, services => new HttpMetricsProvider(metrics, services.GetRequiredService<TimeProvider>(), options));

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
