using System.Net;
using AutoScaling.Primitives;
using k8s;
using k8s.Exceptions;

namespace AutoScaling.Kubernetes.Connecting;

/// <summary>Finds out where the API server is, and as which user it is asked.</summary>
internal static class ClusterAddress
{
    private const string Places = "KubeConfig, the environment variable KUBECONFIG or the file ~/.kube/config";

    // Enough to write for a whole fleet at once, and few enough that opening them all takes little time.
    private const int MostConnections = 48;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // A connection is opened anew after this time, so that a new address behind the API server's name is found.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    // A connection with watches whose other end is gone is found out after these.
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="ScalingException">
    /// There is no configuration, or it cannot be used (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static ClusterConnection Connect(KubernetesOptions options, TimeProvider time)
    {
        try
        {
            var configuration = Find(options, time);
            SocketsHttpHandler? asking = null;
            configuration.FirstMessageHandlerSetup += handler =>
            {
                asking = handler;
                handler.MaxConnectionsPerServer = MostConnections;
                handler.ConnectTimeout = ConnectTimeout;
                handler.PooledConnectionLifetime = ConnectionLife;
                handler.AutomaticDecompression = DecompressionMethods.GZip;
            };

            // Never disposed of, which would free the certificates. A connection that is being opened when nobody needs it any longer is
            // opened to its end, and a handshake that finds freed ones can end the whole process.
            var client = new k8s.Kubernetes(configuration);
            return new(client.BaseUri, Client(asking!), Client(Watching(asking!)))
            {
                Credentials = client.Credentials,
                Namespace = options.Namespace ?? (configuration.Namespace is { Length: > 0 } own ? own : "default"),
            };
        }
        catch (Exception e) when (e is not ScalingException)
        {
            throw new ScalingException(
                ScalingErrorKind.InvalidConfiguration, $"The Kubernetes configuration cannot be used: {Phrase.Of(e)}.", e);
        }
    }

    // With connections of their own: where the API server offers no HTTP/2, each watch keeps one, and no other request may have to wait for
    // it.
    private static SocketsHttpHandler Watching(SocketsHttpHandler asking) => new()
    {
        SslOptions = asking.SslOptions,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLife,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
    };

    // Its own limit of 100 s would end longer requests, and look like a connection that could not be opened.
    private static HttpClient Client(SocketsHttpHandler handler) => new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    // In kubectl's order. A context is always one of a kubeconfig: who names one does not mean the cluster around this process.
    private static KubernetesClientConfiguration Find(KubernetesOptions options, TimeProvider time)
    {
        if (options.KubeConfig is { } path) return KubeConfigFiles.Read([path], options.Context);
        if (options.ConfigFiles is { Count: > 0 } files) return KubeConfigFiles.Read(files, options.Context);
        if (options.Context is { } context)
            throw new KubeConfigException($"there is no kubeconfig to find the context '{context}' in; set {Places}");
        return options.Pod is { Exists: true } pod
            ? pod.Configuration(time)
            : throw new KubeConfigException($"there is none; run in a pod with a service account, or set {Places}");
    }
}
