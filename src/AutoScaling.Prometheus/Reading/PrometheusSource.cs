using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Prometheus.Reading;

/// <summary>
/// The metric source that one server is: its settings may change while the host runs, and bad ones change nothing. Thread-safe.
/// </summary>
internal sealed class PrometheusSource : IMetricsProvider, IMetricsCheck, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Func<PrometheusOptions> _read;
    private readonly Func<PrometheusOptions, PrometheusServer> _create;
    private readonly ILogger _logger;
    private readonly IDisposable? _watch;
    private PrometheusServer _server;
    private Task _checked = Task.CompletedTask;

    /// <param name="name">Its name, as rules have it behind the <c>@</c>.</param>
    /// <param name="read">Reads the settings.</param>
    /// <param name="changes">Tells when to read them again; <see langword="null"/> if they do not change.</param>
    /// <param name="create">Makes a server of them.</param>
    /// <param name="logger">Is told.</param>
    /// <exception cref="ScalingException">A setting is wrong.</exception>
    public PrometheusSource(
        string name,
        Func<PrometheusOptions> read,
        Func<IChangeToken>? changes,
        Func<PrometheusOptions, PrometheusServer> create,
        ILogger logger)
    {
        (Name, _read, _create, _logger) = (name, read, create, logger);
        _server = create(Options = read());
        if (changes is not null) _watch = ChangeToken.OnChange(changes, Reload);
    }

    public string Name { get; }

    /// <summary>The settings that count now.</summary>
    public PrometheusOptions Options { get; private set; }

    /// <summary>Ends when the metrics have been looked at that the settings have.</summary>
    public Task Checked => Volatile.Read(ref _checked);

    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) =>
        Volatile.Read(ref _server).ReadAsync(request, cancellationToken);

    public ValueTask<string?> CheckAsync(ScalingTarget target, MetricRef metric, CancellationToken cancellationToken)
    {
        // What the settings have is looked at when they are loaded.
        var server = Volatile.Read(ref _server);
        return server.Has(metric.Name) ? default : server.CheckAsync(metric.Name, target, cancellationToken);
    }

    /// <summary>Looks at each metric of the settings, if the server is there: what it refuses is told at once.</summary>
    public void CheckMetrics() => Volatile.Write(ref _checked, Task.Run(async () =>
    {
        var server = Volatile.Read(ref _server);
        foreach (var metric in server.Names)
        {
            try
            {
                if (await server.CheckAsync(metric, target: null, CancellationToken.None).ConfigureAwait(false) is { } reason)
                    Log.MetricBroken(_logger, metric, Name, reason);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }));

    public void Dispose()
    {
        _watch?.Dispose();
        _server.Dispose();
    }

    // Whoever tells of changes catches nothing.
    private void Reload()
    {
        lock (_gate)
        {
            try
            {
                var options = _read();
                var server = _create(options);

                // Queries of the old one that are under way come to their end.
                Options = options;
                Volatile.Write(ref _server, server);
                Log.Reloaded(_logger, Name, server.Names.Length);
            }
            catch (Exception e) when (e is ScalingException or InvalidOperationException)
            {
                Log.NotReloaded(_logger, Name, e is ScalingException scaling ? string.Join(' ', scaling.Errors) : e.Message);
                return;
            }
        }

        CheckMetrics();
    }
}
