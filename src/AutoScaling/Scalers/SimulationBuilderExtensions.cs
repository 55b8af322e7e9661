using AutoScaling;
using AutoScaling.Ports;
using Microsoft.Extensions.DependencyInjection.Extensions;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Tries things out without touching anything.</summary>
public static class AutoScalingSimulationExtensions
{
    /// <summary>Touches nothing: made-up metrics, and a scaler that only counts.</summary>
    /// <remarks>
    /// A host does not start with one of the two beside a real other one: it would scale by numbers that nobody measured, or not scale at
    /// all.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="options">How the metrics are made up; <see langword="null"/> for the defaults.</param>
    public static AutoScalingBuilder UseSimulation(this AutoScalingBuilder builder, SimulatedMetricsOptions? options = null)
    {
        builder.Services.TryAddSingleton<SimulationInUse>();
        builder.Services.TryAddSingleton(services => new FakeScaler(services.GetRequiredService<TimeProvider>()));
        return builder.UseScaler(services => services.GetRequiredService<FakeScaler>())
            .UseMetrics(services => new SimulatedMetricsProvider(services.GetRequiredService<TimeProvider>(), options));
    }
}
