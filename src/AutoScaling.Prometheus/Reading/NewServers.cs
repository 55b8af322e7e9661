using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Prometheus.Reading;

/// <summary>Warns, once for each, of servers that are added to a section while the host runs: they need a new start.</summary>
/// <param name="section">The servers by the names of their sources.</param>
/// <param name="logger">Is told.</param>
internal sealed class NewServers(IConfigurationSection section, ILogger<PrometheusSource> logger) : IHostedService, IDisposable
{
    private readonly HashSet<string> _known = [.. section.GetChildren().Select(server => server.Key)];
    private IDisposable? _watch;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch = ChangeToken.OnChange(section.GetReloadToken, Look);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _watch?.Dispose();

    private void Look()
    {
        lock (_known)
        {
            foreach (var server in section.GetChildren().Where(server => _known.Add(server.Key))) Log.NeedsStart(logger, server.Key);
        }
    }
}
