namespace AutoScaling.Kubernetes.Tests.Readme;

/// <summary>The code of the package's README, so that the compiler reads it too.</summary>
internal static class Snippets
{
    public static void Clusters(AutoScalingBuilder builder)
    {
        #region clusters
        var east = new KubernetesOptions { Context = "east" };
        builder.AddScaler("east", _ => new KubernetesScaler(east, TimeProvider.System))
            .AddMetrics("east", _ => new KubernetesMetricsProvider(east, TimeProvider.System));
        #endregion
    }

    public static void Metrics(AutoScalingBuilder builder)
    {
        #region metrics
        builder.AddKubernetesMetrics(
            "k8s",
            // From custom.metrics.k8s.io: the average over the target's pods; of one object, by default of the target's name.
            KubernetesMetric.Pods("http_requests_per_second"),
            KubernetesMetric.Object("requests_per_second", "ingresses.networking.k8s.io"),
            KubernetesMetric.External("queue_messages") with { Name = "queue", Selector = "queue={name}" });
        #endregion
    }
}
