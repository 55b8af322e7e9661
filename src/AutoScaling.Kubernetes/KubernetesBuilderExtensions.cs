using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Kubernetes;

/// <summary>Registers Kubernetes with the autoscaler.</summary>
public static class KubernetesBuilderExtensions
{
    // A request that is tried again must fail with its own sentence before the evaluation's time for reading, half of its timeout, is over.
    private const double RetryShare = 0.4;

    /// <summary>Scales the workloads of a Kubernetes cluster. Targets are named <c>web</c>, <c>team-a/web</c>, <c>team-a/statefulsets/db</c> or <c>team-a/GROUP/VERSION/PLURAL/NAME</c>.</summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="configure">Says how the cluster is reached; without it, inside a pod its service account, elsewhere the kubeconfig.</param>
    public static AutoScalingBuilder UseKubernetes(this AutoScalingBuilder builder, Action<KubernetesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<KubernetesOptions>()
            .Configure<IOptions<AutoScalingOptions>>((kubernetes, loop) => kubernetes.RetryTime = loop.Value.EvaluationTimeout * RetryShare)
            .ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubernetesOptions>, KubernetesOptionsValidator>());
        builder.Services.TryAddSingleton(s => new KubernetesCluster(s.GetRequiredService<IOptions<KubernetesOptions>>().Value, s.GetRequiredService<TimeProvider>()));
        builder.Services.TryAddSingleton(s => new KubernetesScaler(s.GetRequiredService<KubernetesCluster>(), s.GetRequiredService<ILogger<KubernetesScaler>>()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IScalingObserver, EventWriter>());
        return builder.UseScaler(s => s.GetRequiredService<KubernetesScaler>());
    }

    /// <summary>Checks the options, all of them, when the host starts.</summary>
    private sealed class KubernetesOptionsValidator : IValidateOptions<KubernetesOptions>
    {
        public ValidateOptionsResult Validate(string? name, KubernetesOptions options) =>
            options.Errors() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
