using AutoScaling.Prometheus.Tests.Server;
using AutoScaling.Prometheus.Tests.Stub;

namespace AutoScaling.Prometheus.Tests.Reading;

/// <summary>Native histograms, scraped by a real server.</summary>
public sealed class NativeHistogramTests
{
    [Fact]
    public async Task Read_OfANativeHistogram_ComesFromItsQuantile()
    {
        var count = 0ul;
        await using var endpoint = await StubServer.StartAsync(async (_, context) =>
        {
            context.Response.ContentType = NativeHistogram.ContentType;
            await context.Response.Body.WriteAsync(NativeHistogram.Expose("latency", Interlocked.Add(ref count, 100)));
        });
        var config = $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms }
            scrape_configs: [ { job_name: web, static_configs: [ { targets: ['{{endpoint.Url.Authority}}'], labels: { service: web } } ] } ]
            """;
        await using var server = await PrometheusProcess.StartAsync(config: config, arguments: "--enable-feature=native-histograms");
        await using var sources = new Sources(server.Url, p =>
        {
            p.MaxAnswerAge = TimeSpan.FromMilliseconds(100);
            p.Add("p90", "histogram_quantile(0.9, sum by (service) (rate(latency[1m])))");
            p.Add("mean", "histogram_sum(latency) / histogram_count(latency)");
            p.Add("raw", "rate(latency[1m])");
        });
        MetricReading? quantile = null;
        await Condition.HoldsAsync(
            async () => (quantile = await sources.ReadAsync("web", "p90")).Status == MetricStatus.Available,
            TimeSpan.FromSeconds(60),
            () => $"the server has scraped twice ({quantile?.Reason})");
        Assert.InRange(quantile!.Value, 0.5, 1);
        Assert.Equal(0.75, (await sources.ReadAsync("web", "mean")).Value);
        var raw = await sources.ReadAsync("web", "raw");
        Assert.Equal(
            (MetricStatus.Failed, "the query yields a native histogram where a value is wanted: use histogram_quantile(), histogram_sum() or histogram_count()"),
            (raw.Status, raw.Reason));
    }
}
