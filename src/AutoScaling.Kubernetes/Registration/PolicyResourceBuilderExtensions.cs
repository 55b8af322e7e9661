using System.Collections.Immutable;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes;

/// <summary>Registers ScalingPolicies of the cluster, the custom resources, as a source of policies.</summary>
public static class PolicyResourceBuilderExtensions
{
    /// <summary>
    /// Adds the policies that the cluster of <see cref="KubernetesBuilderExtensions.UseKubernetes(AutoScalingBuilder)"/> holds as custom
    /// resources (ScalingPolicy, <c>autoscaling.dotnet.io/v1alpha1</c>), follows their changes, and writes how their targets stand into
    /// their status.
    /// </summary>
    /// <remarks>
    /// Each scales targets of its own namespace. One that cannot be read costs only itself; one that is deleted leaves the replicas as they
    /// are; while the API server does not answer, those that were read last stay in force. Of two for one target the older has it, and a
    /// policy of another source goes before both. Only the copy that leads writes.
    /// </remarks>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="namespaces">
    /// The namespaces in which they are read, which need rights only there. None: with <see cref="KubernetesOptions.AllNamespaces"/> all,
    /// otherwise that of targets that name none.
    /// </param>
    /// <exception cref="ScalingException">
    /// Kubernetes does not allow a name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static AutoScalingBuilder AddKubernetesPolicies(this AutoScalingBuilder builder, params ImmutableArray<string> namespaces)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var errors = new SettingErrors();
        foreach (var space in namespaces) errors.Check("Namespace", space, KubernetesName.IsLabel(space), "a namespace's name");
        if (errors.Sentences.Count > 0) throw new ScalingException(errors.Sentences);
        var services = builder.Services;
        if (services.Any(s => s.ServiceType == typeof(PolicyResources)))
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"{nameof(AddKubernetesPolicies)} must be called once.");
        services.AddSingleton(s => new PolicyResources(
            LeadingBuilderExtensions.Cluster(s, nameof(AddKubernetesPolicies)),
            namespaces,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<PolicyResources>>()));
        services.AddSingleton(s => new StatusWriter(
            s.GetRequiredService<PolicyResources>(),
            s.GetRequiredService<KubernetesCluster>(),
            s.GetRequiredService<IAutoScaler>,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<PolicyResources>>(),
            s.GetService<ILeaderElection>()));
        services.AddSingleton<IScalingObserver>(s => s.GetRequiredService<StatusWriter>());
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<StatusWriter>());
        return builder.AddPolicySource(s => s.GetRequiredService<PolicyResources>());
    }
}
