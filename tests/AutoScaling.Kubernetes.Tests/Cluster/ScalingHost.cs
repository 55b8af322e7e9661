using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>An autoscaler on a real cluster, whose only metric is what the test says; no host, no loop: the test evaluates.</summary>
internal sealed class ScalingHost : IAsyncDisposable, IMetricsProvider
{
    private readonly ServiceProvider _services;

    public ScalingHost(Action<KubernetesOptions> configure, IEnumerable<ScalingPolicy> policies, TimeProvider? time = null, TimeSpan? evaluationTimeout = null, Action<AutoScalingBuilder>? build = null)
    {
        var services = new ServiceCollection().AddLogging(l => l.AddProvider(Log));
        services.AddSingleton(time ?? TimeProvider.System);
        var builder = services.AddAutoScaling(o =>
        {
            o.RunLoop = false;
            o.StartJitter = 0;
            o.EvaluationTimeout = evaluationTimeout ?? TimeSpan.FromMinutes(1);
        });
        builder.UseKubernetes(o =>
        {
            o.MaxListAge = TestNamespace.ListAge;
            configure(o);
        }).UseMetrics(_ => this);
        foreach (var policy in policies) builder.AddPolicy(policy);
        build?.Invoke(builder);
        _services = services.BuildServiceProvider();
    }

    public LogLines Log { get; } = new();

    /// <summary>The CPU use of every target in percent.</summary>
    public double Cpu { get; set; } = 50;

    public IAutoScaler AutoScaler => _services.GetRequiredService<IAutoScaler>();

    public IServiceProvider Services => _services;

    /// <summary>A policy that wants half as many replicas again when the CPU is above 70 %, and has no cooldown.</summary>
    public static ScalingPolicy Policy(string target) => new()
    {
        Target = target,
        Range = new(1, 20),
        Rules = [new CpuRule()],
        // Where no node is, nobody is ever ready, and the safety guards would take no average for a measurement.
        Behavior = ScalingBehavior.Immediate with { SafetyGuards = false },
    };

    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) =>
        new(ServiceMetrics.Of(_services.GetRequiredService<TimeProvider>().GetUtcNow(), Cpu));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
