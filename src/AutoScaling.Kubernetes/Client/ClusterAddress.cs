using k8s;
using k8s.Exceptions;

namespace AutoScaling.Kubernetes;

/// <summary>Finds out where the API server is, and who we are to it.</summary>
internal static class ClusterAddress
{
    // Enough to write for a whole fleet at once, few enough for the handshakes not to matter.
    private const int MostConnections = 48;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // So that a new address of the API server behind the same name is found.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    /// <exception cref="ScalingException">There is no configuration, or it cannot be used (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static (k8s.Kubernetes Client, string Namespace) Connect(KubernetesOptions options, TimeProvider time)
    {
        try
        {
            var configuration = Find(options, time);
            configuration.FirstMessageHandlerSetup = handler =>
            {
                handler.MaxConnectionsPerServer = MostConnections;
                handler.ConnectTimeout = ConnectTimeout;
                handler.PooledConnectionLifetime = ConnectionLife;
            };
            return (new(configuration), options.Namespace ?? (configuration.Namespace is { Length: > 0 } own ? own : "default"));
        }
        catch (Exception e) when (e is not ScalingException)
        {
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"The Kubernetes configuration cannot be used: {e.Message.TrimEnd('.')}.", e);
        }
    }

    // The order of kubectl. A context is one of a kubeconfig: whoever asks for it never means the cluster that we happen to run in.
    private static KubernetesClientConfiguration Find(KubernetesOptions options, TimeProvider time)
    {
        if (options.KubeConfig is { } path) return KubeConfigFiles.Read([path], options.Context);
        if (options.ConfigFiles is { Count: > 0 } files) return KubeConfigFiles.Read(files, options.Context);
        if (options.Context is { } context)
            throw new KubeConfigException($"there is no kubeconfig to find the context '{context}' in; set KubeConfig, the environment variable KUBECONFIG or the file ~/.kube/config");
        return options.Pod is { Exists: true } pod
            ? pod.Configuration(time)
            : throw new KubeConfigException("there is none; run in a pod with a service account, or set KubeConfig, the environment variable KUBECONFIG or the file ~/.kube/config");
    }
}
