using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Leading;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Registration;
using AutoScaling.Kubernetes.Saving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Kubernetes;

/// <summary>Registers what lets several copies of the autoscaler run side by side.</summary>
public static class LeadingBuilderExtensions
{
    /// <summary>
    /// Lets one of several copies act, elected by a Lease in the cluster of
    /// <see cref="KubernetesBuilderExtensions.UseKubernetes(AutoScalingBuilder)"/>. Save the state where all copies find it, too.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    public static AutoScalingBuilder UseLeaderElection(this AutoScalingBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddChecked<LeaderElectionOptions>(options => options.Errors());
        services.TryAddSingleton<ILeaderElection>(static s =>
        {
            var options = s.GetRequiredService<IOptions<LeaderElectionOptions>>().Value;
            var time = s.GetRequiredService<TimeProvider>();
            var cluster = Cluster(s, nameof(UseLeaderElection));
            var api = new ApiClient(cluster.Options.Apart(LeaseElection.RequestTimeout(options)), time);
            return new LeaseElection(options, api, time, s.GetRequiredService<ILogger<LeaseElection>>());
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
    /// <param name="section">
    /// Sets names and times, by the names of <see cref="LeaderElectionOptions"/>: <c>LeaseDuration: 30s</c>. Any other name keeps the host
    /// from starting.
    /// </param>
    public static AutoScalingBuilder UseLeaderElection(this AutoScalingBuilder builder, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.UseLeaderElection(options => ConfigurationSettings.Read(section, options.Settings));
    }

    /// <summary>
    /// Keeps what is remembered of the targets in ConfigMaps, so that a restart, or another copy that takes over, changes no decision.
    /// </summary>
    /// <remarks>
    /// They are <c>NAME</c> and, for the states themselves, <c>NAME-0</c>, <c>NAME-1</c> and so on, compressed: 1, 2 or 4 for about 3,000,
    /// 6,000 or 12,000 targets; and <c>NAME-scaled</c> for those that were scaled last.
    /// </remarks>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="name">The name of the first one.</param>
    /// <param name="namespace">Their namespace; <see langword="null"/> for that of targets that name none.</param>
    /// <exception cref="ScalingException">
    /// Kubernetes does not allow a name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static AutoScalingBuilder SaveStateToKubernetes(
        this AutoScalingBuilder builder, string name = "autoscaling-state", string? @namespace = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var errors = new SettingErrors();
        errors.Check("Name", name, KubernetesName.IsSubdomain(name), "a Kubernetes name");
        errors.Check("Namespace", @namespace, @namespace is null || KubernetesName.IsLabel(@namespace), "a namespace's name, or not set");
        if (errors.Sentences.Count > 0) throw new ScalingException(errors.Sentences);
        builder.Services.AddSingleton<IScalingStateStore>(s =>
        {
            var cluster = Cluster(s, nameof(SaveStateToKubernetes));
            var api = cluster.Api;
            var maps = ConfigMapDocument.Client(api, @namespace ?? api.DefaultNamespace, 2 * cluster.Options.RetryTime);
            return new ConfigMapStateStore(
                maps, name, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ConfigMapStateStore>>());
        });
        return builder;
    }

    internal static KubernetesCluster Cluster(IServiceProvider services, string call) =>
        services.GetService<KubernetesCluster>() ?? throw new ScalingException(
            ScalingErrorKind.InvalidConfiguration, $"{call} needs a cluster, but none is registered: call UseKubernetes.");
}
