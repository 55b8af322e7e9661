using System.Collections.Immutable;
using AutoScaling.Kubernetes.Events;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Metrics;
using AutoScaling.Kubernetes.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Kubernetes;

/// <summary>Registers Kubernetes with the autoscaler.</summary>
public static class KubernetesBuilderExtensions
{
    // An evaluation has half of its timeout for reading. Requests are tried again for less than that, to fail with their own sentence in
    // time.
    private const double RetryShare = 0.4;

    /// <summary>
    /// Scales targets in a Kubernetes cluster by what their pods use. Targets are named <c>web</c>, <c>team-a/web</c>,
    /// <c>team-a/statefulsets/db</c> or <c>team-a/GROUP/VERSION/PLURAL/NAME</c>; metrics <c>cpu</c>, <c>memory</c>, and <c>cpu/app</c> or
    /// <c>memory/app</c> for one container. Call
    /// <see cref="AutoScalingPortExtensions.UseMetrics(AutoScalingBuilder, Func{IServiceProvider, IMetricsProvider})"/> afterwards for
    /// another default source of metrics.
    /// </summary>
    /// <remarks>The cluster is that of the pod's service account, and outside a pod that of the kubeconfig.</remarks>
    /// <param name="builder">The autoscaler.</param>
    public static AutoScalingBuilder UseKubernetes(this AutoScalingBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        AddCluster(services);
        services.TryAddSingleton(s => new KubernetesScaler(
            s.GetRequiredService<KubernetesCluster>(), s.GetRequiredService<ILogger<KubernetesScaler>>()));
        services.TryAddSingleton(s => new KubernetesMetricsProvider(s.GetRequiredService<KubernetesCluster>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IScalingObserver, EventWriter>());
        return builder
            .UseScaler(s => s.GetRequiredService<KubernetesScaler>())
            .UseMetrics(s => s.GetRequiredService<KubernetesMetricsProvider>());
    }

    /// <summary>
    /// Scales targets in a Kubernetes cluster by what their pods use, as <see cref="UseKubernetes(AutoScalingBuilder)"/> does.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="configure">Says how the cluster is reached, and what may be asked of it.</param>
    public static AutoScalingBuilder UseKubernetes(this AutoScalingBuilder builder, Action<KubernetesOptions> configure)
    {
        builder.UseKubernetes().Services.Configure(configure);
        return builder;
    }

    /// <summary>
    /// Scales targets in a Kubernetes cluster by what their pods use, as <see cref="UseKubernetes(AutoScalingBuilder)"/> does.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="section">
    /// Says how the cluster is reached, by the names of <see cref="KubernetesOptions"/>: <c>MaxListAge: 2s</c>. Any other name keeps the
    /// host from starting.
    /// </param>
    public static AutoScalingBuilder UseKubernetes(this AutoScalingBuilder builder, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.UseKubernetes(options => ConfigurationSettings.Read(section, options.Settings));
    }

    /// <summary>
    /// Adds a source that reads custom.metrics.k8s.io and external.metrics.k8s.io of the cluster. Rules name it after the metric:
    /// <c>http_requests@k8s</c>.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="name">The source's name.</param>
    /// <param name="metrics">Which metrics it reads.</param>
    public static AutoScalingBuilder AddKubernetesMetrics(
        this AutoScalingBuilder builder, string name, params ImmutableArray<KubernetesMetric> metrics)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddCluster(builder.Services);
        return builder.AddMetrics(name, s => new CustomMetricsProvider(s.GetRequiredService<KubernetesCluster>(), metrics));
    }

    private static void AddCluster(IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(KubernetesCluster))) return;
        services.AddChecked<KubernetesOptions>(options => options.Errors())
            .Configure<IOptions<AutoScalingOptions>>(static (kubernetes, loop) =>
            {
                kubernetes.EvaluationTime = 2 * loop.Value.EvaluationTimeout;
                kubernetes.RetryTime = RetryShare * loop.Value.EvaluationTimeout;
            });
        services.AddSingleton(s => new KubernetesCluster(
            s.GetRequiredService<IOptions<KubernetesOptions>>().Value,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<KubernetesCluster>>()));
    }
}
