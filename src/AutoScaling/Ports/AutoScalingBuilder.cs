using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling;

/// <summary>
/// Says what is scaled, by which metrics and by which scaler. Each part of the library, and each package, adds calls of its own.
/// </summary>
public sealed class AutoScalingBuilder
{
    internal AutoScalingBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that everything is registered with.</summary>
    public IServiceCollection Services { get; }
}
