using System.Collections.Immutable;
using AutoScaling;
using AutoScaling.Ports;
using AutoScaling.Processes;
using Microsoft.Extensions.Configuration;
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
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var spec in specs) builder.Services.AddSingleton(spec);
        builder.Services.TryAddSingleton(services => new ProcessScaler(
            services.GetServices<ProcessSpec>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<ProcessScaler>>()));
        builder.Services.TryAddSingleton(services => new ProcessMetricsProvider(
            services.GetRequiredService<ProcessScaler>(), services.GetRequiredService<TimeProvider>()));
        return builder
            .UseScaler(services => services.GetRequiredService<ProcessScaler>())
            .UseMetrics(services => services.GetRequiredService<ProcessMetricsProvider>());
    }

    /// <summary>
    /// Scales local processes that a section of the configuration describes: <c>AutoScaling:Processes</c> with
    /// <c>orders: { FileName: dotnet, Arguments: [worker.dll] }</c>. It is read again when it changes, together with the policies.
    /// </summary>
    /// <remarks>
    /// Replicas that run stay as they were started; those that are started later, a crashed one too, are as the section says then. A
    /// target that the section has no longer keeps its replicas as long as it has a policy; after that they are stopped.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">
    /// The settings of <see cref="ProcessSpec"/> by target; <c>RestartBackoff</c> is a block of <c>Min</c> and <c>Max</c>. Any other name
    /// keeps the host from starting.
    /// </param>
    public static AutoScalingBuilder UseProcesses(this AutoScalingBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        builder.UseProcesses();
        ConfigurationSettings.Own(builder, section);
        builder.Services.AddSingleton<INamedPorts>(
            services => new ConfiguredProcesses(section, services.GetRequiredService<ProcessScaler>()));
        return builder;
    }
}
