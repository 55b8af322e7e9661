using System.Collections.Immutable;
using AutoScaling;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Scales local processes.</summary>
public static class AutoScalingProcessExtensions
{
    /// <summary>Scales local processes, by their own CPU and memory use. Linux and macOS.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="specs">How the processes of each target are started and stopped.</param>
    public static AutoScalingBuilder UseProcesses(this AutoScalingBuilder builder, params ImmutableArray<ProcessSpec> specs)
    {
        builder.Services.TryAddSingleton(services => new ProcessScaler(
            specs, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ProcessScaler>>()));
        builder.Services.TryAddSingleton(services => new ProcessMetricsProvider(
            services.GetRequiredService<ProcessScaler>(), services.GetRequiredService<TimeProvider>()));
        return builder
            .UseScaler(services => services.GetRequiredService<ProcessScaler>())
            .UseMetrics(services => services.GetRequiredService<ProcessMetricsProvider>());
    }
}
