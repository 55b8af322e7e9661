using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Kubernetes;

/// <summary>Registers what lets several copies of the autoscaler run side by side.</summary>
public static class LeadingBuilderExtensions
{
    /// <summary>Lets one of several copies act, elected by a Lease in the cluster of <see cref="KubernetesBuilderExtensions.UseKubernetes(AutoScalingBuilder)"/>. Save the state where all copies find it, too.</summary>
    /// <param name="builder">The autoscaler.</param>
    public static AutoScalingBuilder UseLeaderElection(this AutoScalingBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<LeaderElectionOptions>().ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeaderElectionOptions>, LeaderElectionOptionsValidator>());
        builder.Services.TryAddSingleton<ILeaderElection>(services =>
        {
            var election = services.GetRequiredService<IOptions<LeaderElectionOptions>>().Value;
            var time = services.GetRequiredService<TimeProvider>();
            var api = new ApiClient(Cluster(services, nameof(UseLeaderElection)).Options.Apart(LeaseElection.RequestTimeout(election)), time);
            return new LeaseElection(election, new(api, election.Namespace ?? api.DefaultNamespace, election.LeaseName), time, services.GetRequiredService<ILogger<LeaseElection>>());
        });
        return builder;
    }

    /// <summary>Lets one of several copies act, as <see cref="UseLeaderElection(AutoScalingBuilder)"/> does.</summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="configure">Sets names and times.</param>
    public static AutoScalingBuilder UseLeaderElection(this AutoScalingBuilder builder, Action<LeaderElectionOptions> configure)
    {
        builder.UseLeaderElection().Services.Configure(configure);
        return builder;
    }

    /// <summary>Lets one of several copies act, as <see cref="UseLeaderElection(AutoScalingBuilder)"/> does.</summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="section">Sets names and times, by the names of <see cref="LeaderElectionOptions"/>: <c>LeaseDuration: 30s</c>. What is none of them keeps the host from starting.</param>
    public static AutoScalingBuilder UseLeaderElection(this AutoScalingBuilder builder, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.UseLeaderElection(options => ConfigurationSettings.Read(section, "LeaderElection", options.Read));
    }

    /// <summary>Keeps what is remembered of the targets in ConfigMaps, so that a restart, or another copy that takes over, changes no decision.</summary>
    /// <remarks>They are <c>NAME</c> and, for the states themselves, <c>NAME-0</c>, <c>NAME-1</c> and so on, compressed: 1, 2 or 4 for about 3,000, 6,000 or 12,000 targets; and <c>NAME-scaled</c> for those that were scaled last.</remarks>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="name">The name of the first one.</param>
    /// <param name="namespace">Their namespace; <see langword="null"/> for that of targets that name none.</param>
    /// <exception cref="ScalingException">A name is none for Kubernetes (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static AutoScalingBuilder SaveStateToKubernetes(this AutoScalingBuilder builder, string name = "autoscaling-state", string? @namespace = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!KubernetesName.IsSubdomain(name)) throw Invalid($"Name must be a Kubernetes name, but is '{name}'.");
        if (@namespace is not null && !KubernetesName.IsLabel(@namespace)) throw Invalid($"Namespace must be a namespace's name, or not set, but is '{@namespace}'.");
        builder.Services.AddSingleton<IScalingStateStore>(services =>
        {
            var api = Cluster(services, nameof(SaveStateToKubernetes)).Api;
            return new ConfigMapStateStore(new(api, @namespace ?? api.DefaultNamespace), name, services.GetRequiredService<TimeProvider>());
        });
        return builder;
    }

    private static KubernetesCluster Cluster(IServiceProvider services, string call) =>
        services.GetService<KubernetesCluster>() ?? throw Invalid($"{call} needs a cluster, but none is registered: call UseKubernetes.");

    private static ScalingException Invalid(string message) => new(ScalingErrorKind.InvalidConfiguration, message);

    /// <summary>Checks the options, all of them, when the host starts.</summary>
    private sealed class LeaderElectionOptionsValidator : IValidateOptions<LeaderElectionOptions>
    {
        public ValidateOptionsResult Validate(string? name, LeaderElectionOptions options) =>
            options.Errors() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
