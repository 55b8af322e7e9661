
namespace AutoScaling.Prometheus.Tests.Reading;

/// <summary>A source as a host has it, and what it reads.</summary>
internal sealed class Sources : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Sources(Uri url, Action<PrometheusOptions> configure, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        var all = new ServiceCollection();
        all.AddLogging();
        if (time is not null) all.AddSingleton(time);
        services?.Invoke(all);
        all.AddAutoScaling().AddPrometheus("prom", url, p =>
        {
            // A machine that has much else to do makes no difference.
            p.QueryTimeout = TimeSpan.FromSeconds(30);
            configure(p);
        });
        _services = all.BuildServiceProvider();
        Source = _services.GetRequiredKeyedService<IMetricsProvider>("prom");
    }

    public IMetricsProvider Source { get; }

    public async Task<MetricReading> ReadAsync(string target, string metric) => await ReadAsync(target, new MetricRef(metric));

    public async Task<MetricReading> ReadAsync(string target, MetricRef metric) =>
        (await Source.GetMetricsAsync(new(target, metric), TestContext.Current.CancellationToken))[metric];

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
