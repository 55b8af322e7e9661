namespace AutoScaling.Kubernetes.Tests.Metrics;

/// <summary>An autoscaler on a real cluster, with its scaler and its metrics; no host, no loop: the test evaluates.</summary>
internal sealed class MetricsHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public MetricsHost(MetricsSpace space, Action<AutoScalingBuilder> configure)
    {
        var services = new ServiceCollection().AddLogging();
        configure(services.AddAutoScaling(o =>
        {
            o.RunLoop = false;
            o.EvaluationTimeout = TimeSpan.FromMinutes(1);
        }).UseKubernetes(o => (o.KubeConfig, o.Namespace) = (space.Options.KubeConfig, space.Name)));
        _services = services.BuildServiceProvider();
    }

    public Task<ScalingRecord> EvaluateAsync(string target) =>
        _services.GetRequiredService<IAutoScaler>().EvaluateAsync(target, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
