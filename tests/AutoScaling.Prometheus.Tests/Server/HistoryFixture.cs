namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>One real server for all tests that only ask it, with ten minutes of history.</summary>
public sealed class HistoryFixture : IAsyncLifetime
{
    private PrometheusProcess? _server;

    /// <summary>The server; skips the test if there can be none.</summary>
    public Uri Url => _server?.Url ?? throw new InvalidOperationException(PrometheusInstall.Folder);

    public async ValueTask InitializeAsync()
    {
        if (PrometheusInstall.IsThere) _server = await PrometheusProcess.StartAsync(Text(TimeProvider.System.GetUtcNow()));
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    private static string Text(DateTimeOffset now) => new History(now)
        .Counter("http_requests", """{service="web",pod="web-a",namespace="shop"}""", 5)
        .Counter("http_requests", """{service="web",pod="web-b",namespace="shop"}""", 7)
        .Counter("http_requests", """{service="orders",pod="orders-a",namespace="shop"}""", 3)
        .Counter("http_requests", """{service="odd.name\"'\\"}""", 2)
        .Gauge("depth", """{service="web"}""", 42)
        .Gauge("depth", """{service="orders"}""", 17, secondsAgo: 120)
        .Gauge("depth", """{service="gone"}""", 5, secondsAgo: 400)
        .Gauge("temperature", """{service="web"}""", double.NaN)
        .Gauge("pressure", """{service="web"}""", double.PositiveInfinity)
        .Gauge("busy", """{service="web",pod="web-a"}""", 60)
        .Gauge("busy", """{service="web",pod="web-b"}""", 80, secondsAgo: 60)
        .Gauge("busy", """{service="web",pod="web-c"}""", double.NaN)
        .Histogram("latency_bucket", """service="web" """.TrimEnd(), ("0.1", 5), ("0.5", 9), ("1", 10), ("+Inf", 10))
        .ToString();
}
