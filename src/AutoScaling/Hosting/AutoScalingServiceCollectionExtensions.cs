using AutoScaling;
using AutoScaling.Configured;
using AutoScaling.Documents;
using AutoScaling.Evaluating;
using AutoScaling.Hosting;
using AutoScaling.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers autoscaling with a host.</summary>
public static class AutoScalingServiceCollectionExtensions
{
    /// <summary>Adds the autoscaler and its hosted loop. Then say what is scaled, by which metrics and by which scaler.</summary>
    /// <param name="services">The host's services.</param>
    public static AutoScalingBuilder AddAutoScaling(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<AutoScalingOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AutoScalingOptions>, AutoScalingOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(s => new PolicySources(
            s.GetServices<IPolicySource>(),
            s.GetServices<RuleType>(),
            ContentRoot.Of(s),
            () => s.GetRequiredService<IOptions<AutoScalingOptions>>().Value.Defaults));
        services.TryAddSingleton<RegisteredPorts>();
        services.TryAddSingleton(typeof(QuietLogger<>));
        services.TryAddSingleton(s => TargetGauges.Show(
            new(s.GetService<System.Diagnostics.Metrics.IMeterFactory>(), s.GetService<ITargetShare>()),
            s.GetRequiredService<TargetRegistry>(),
            s.GetRequiredService<LeaderGate>(),
            s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<LeaderGate>();
        services.TryAddSingleton<Schedule>();
        services.TryAddSingleton<MetricChecks>();
        services.TryAddSingleton<ManagedTargets>();
        services.TryAddSingleton<PortReloads>();
        services.TryAddSingleton<PolicyReloads>();
        services.TryAddSingleton<TargetRegistry>();
        services.TryAddSingleton(s => new TargetEvaluator(
            s.GetRequiredService<RegisteredPorts>().Scaler,
            s.GetRequiredService<RegisteredPorts>().Metrics,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<IOptions<AutoScalingOptions>>().Value.EvaluationTimeout));
        services.TryAddSingleton<ShadowEvaluator>();
        services.TryAddSingleton<EvaluationReport>();
        services.TryAddSingleton<Observers>();
        services.TryAddSingleton<Viewers>();
        services.TryAddSingleton<TargetRunner>();
        services.TryAddSingleton<WakeUp>();
        services.TryAddSingleton<Dispatcher>();
        services.TryAddSingleton<SharedTroubles>();
        services.TryAddSingleton<TargetStatuses>();
        services.TryAddSingleton<IAutoScaler, AutoScaler>();
        services.TryAddSingleton<StateWriter>();
        services.TryAddSingleton<StateKeeper>();
        services.TryAddSingleton<ShareKeeper>();
        services.TryAddSingleton<IStateKeeper>(
            s => s.GetService<ITargetShare>() is null ? s.GetRequiredService<StateKeeper>() : s.GetRequiredService<ShareKeeper>());
        services.TryAddSingleton<ShareHost>();
        services.TryAddSingleton(s => new Succession(
            s.GetRequiredService<TargetRegistry>(),
            s.GetRequiredService<Schedule>(),
            s.GetRequiredService<LeaderGate>(),
            s.GetRequiredService<IStateKeeper>(),
            s.GetRequiredService<WakeUp>())
        {
            Sharing = s.GetService<ITargetShare>() is { } share ? (share, s.GetRequiredService<ShareHost>()) : null,
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPolicySource>(new CodePolicies()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ScalingLoop>());
        return new(services);
    }

    /// <summary>
    /// Adds the autoscaler and its hosted loop, with settings. Then say what is scaled, by which metrics and by which scaler.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the loop's settings.</param>
    public static AutoScalingBuilder AddAutoScaling(this IServiceCollection services, Action<AutoScalingOptions> configure)
    {
        services.Configure(configure);
        return services.AddAutoScaling();
    }

    /// <summary>Adds the autoscaler and its hosted loop, with the settings and the policies of a configuration section.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">
    /// The section, such as <c>AutoScaling</c>: settings by their names, policies under <c>Policies</c>, and scalers and metric sources
    /// that they name under <c>Commands</c>, <c>Http</c> and <c>Meters</c>.
    /// </param>
    public static AutoScalingBuilder AddAutoScaling(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var builder = services.AddAutoScaling();
        var options = new OptionsFromConfiguration(section, OwnSections.Of(services));
        services.AddSingleton(options);
        services.AddSingleton<IConfigureOptions<AutoScalingOptions>>(options);
        services.AddSingleton<INamedPorts>(s => new ConfiguredPorts(section, s.GetRequiredService<TimeProvider>()));
        return builder.AddPolicies(section);
    }

    /// <summary>
    /// Lets the host scale nothing, whatever its policies and settings say: it decides, records, exports and explains (<see
    /// cref="AutoScalingOptions.RecommendOnly"/>).
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    public static AutoScalingBuilder RecommendOnly(this AutoScalingBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.PostConfigure<AutoScalingOptions>(o => o.RecommendOnly = true);
        return builder;
    }
}
