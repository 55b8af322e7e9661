using AutoScaling;
using AutoScaling.AspNetCore;
using AutoScaling.AspNetCore.Health;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds the autoscaler to a host's health checks.</summary>
public static class AutoScalingHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of the autoscaler: whether its loop lives, targets have usable metrics and are scaled, policies were loaded and states
    /// saved. A copy that stands by is healthy.
    /// </summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="configure">Sets what is taken for trouble, and for how bad; <see langword="null"/>: nothing is changed.</param>
    /// <param name="name">The name of the check, which is also that of its options.</param>
    /// <param name="tags">Tags by which checks are chosen, such as <c>ready</c>.</param>
    public static IHealthChecksBuilder AddAutoScaling(
        this IHealthChecksBuilder builder,
        Action<AutoScalingHealthOptions>? configure = null,
        string name = "autoscaling",
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var options = builder.Services.AddOptions<AutoScalingHealthOptions>(name).ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<AutoScalingHealthOptions>, AutoScalingHealthOptionsValidator>());

        // One object for all checks of the name: it remembers since when there is trouble.
        builder.Services.AddKeyedSingleton(name, (services, _) => new AutoScalingHealthCheck(
            AutoScaler(services, name),
            services.GetRequiredService<IOptionsMonitor<AutoScalingHealthOptions>>().Get(name),
            services.GetRequiredService<TimeProvider>()));
        return builder.Add(new HealthCheckRegistration(
            name, services => services.GetRequiredKeyedService<AutoScalingHealthCheck>(name), failureStatus: null, tags));
    }

    /// <summary>
    /// Adds a check of whether this copy could do its work: policies are loaded and, where it leads or is alone, a target was read; where
    /// it stands by, it knows who leads. Made for readiness probes: once it is healthy, trouble of targets does not change it.
    /// </summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="tags">Tags by which checks are chosen, such as <c>ready</c>.</param>
    public static IHealthChecksBuilder AddAutoScalingReadiness(
        this IHealthChecksBuilder builder, string name = "autoscaling-ready", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            name, services => new AutoScalingReadinessCheck(AutoScaler(services, name)), failureStatus: null, tags));
    }

    // A host that shares out the targets answers for its own: who asks wants to know whether this host is ill.
    private static IAutoScaler AutoScaler(IServiceProvider services, string name) =>
        services.GetKeyedService<IAutoScaler>(ITargetShare.LocalAutoScaler)
        ?? services.GetService<IAutoScaler>()
        ?? throw new ScalingException(
            ScalingErrorKind.InvalidConfiguration,
            $"The health check '{name}' needs services.AddAutoScaling(...), which was not called.");
}
