using Microsoft.Extensions.Hosting;

namespace AutoScaling.Prometheus.Reading;

/// <summary>Makes all sources when the host starts, so that bad settings keep it down, and looks at their metrics.</summary>
internal sealed class SourceChecks(IEnumerable<PrometheusSource> sources) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var source in sources) source.CheckMetrics();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
