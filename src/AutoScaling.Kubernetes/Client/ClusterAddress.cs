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
            throw Invalid("The Kubernetes configuration", e);
        }
    }

    private static KubernetesClientConfiguration Find(KubernetesOptions options, TimeProvider time)
    {
        if (options.KubeConfig is { } path) return FromFile(path, options.Context);
        if (options.Pod is { Exists: true } pod) return pod.Configuration(time);
        var files = Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return files is [var first, ..] ? FromFile(first, options.Context)
            : File.Exists(KubernetesClientConfiguration.KubeConfigDefaultLocation) ? FromFile(KubernetesClientConfiguration.KubeConfigDefaultLocation, options.Context)
            : throw new KubeConfigException("there is none; run in a pod with a service account, or set KubeConfig, the environment variable KUBECONFIG or the file ~/.kube/config");
    }

    private static KubernetesClientConfiguration FromFile(string path, string? context)
    {
        try
        {
            if (!File.Exists(path)) throw new KubeConfigException("there is no such file");
            var file = KubernetesClientConfiguration.LoadKubeConfig(new FileInfo(path));
            var contexts = file.Contexts?.Select(c => $"'{c.Name}'").ToList() ?? [];
            return context is null || contexts.Contains($"'{context}'", StringComparer.Ordinal)
                ? KubernetesClientConfiguration.BuildConfigFromConfigObject(file, context)
                : throw new KubeConfigException($"it has no context '{context}', only {string.Join(", ", contexts)}");
        }
        catch (Exception e)
        {
            // What the client throws for a file that is not a kubeconfig is of many types.
            throw Invalid($"The kubeconfig '{path}'", e);
        }
    }

    private static ScalingException Invalid(string what, Exception e) => new(ScalingErrorKind.InvalidConfiguration, $"{what} cannot be used: {e.Message.TrimEnd('.')}.", e);
}
