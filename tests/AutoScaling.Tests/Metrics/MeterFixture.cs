using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Metrics;

/// <summary>A meter of its own for each test, so that tests running side by side do not measure for each other.</summary>
public abstract class MeterFixture : IDisposable
{
    private static int _meters;
    private readonly List<MeterMetricsProvider> _providers = [];
    private readonly Dictionary<MeterMetricsProvider, ImmutableArray<MetricRef>> _metrics = [];

    protected static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected FakeTimeProvider Time { get; } = new(Noon);

    protected Meter Shop { get; } = NewMeter();

    public void Dispose()
    {
        foreach (var provider in _providers) provider.Dispose();
        Shop.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Meter NewMeter() => new($"Shop-{Interlocked.Increment(ref _meters)}");

    protected MeterMetricsProvider Provider(params MeterMetric[] metrics)
    {
        var provider = new MeterMetricsProvider(metrics, Time);
        _providers.Add(provider);
        _metrics[provider] = [.. metrics.Select(metric => new MetricRef(metric.Name))];
        return provider;
    }

    /// <summary>The first metric of the provider, for a target.</summary>
    protected MetricReading Read(MeterMetricsProvider provider, string target = "web") => ReadAll(provider, target)[0];

    /// <summary>Every metric of the provider, for a target.</summary>
    protected ServiceMetrics ReadAll(MeterMetricsProvider provider, string target = "web") =>
        Ask(provider, new(target, _metrics[provider]));

    protected static ServiceMetrics Ask(MeterMetricsProvider provider, MetricsRequest request)
    {
        var answer = provider.GetMetricsAsync(request, TestContext.Current.CancellationToken).AsTask();
        Assert.True(answer.IsCompletedSuccessfully);
        return answer.Result;
    }

    protected MeterMetric Gauge(string instrument) => MeterMetric.Gauge("queue", Shop.Name, instrument);

    protected MeterMetric Rate(string instrument) => MeterMetric.Rate("rate", Shop.Name, instrument);

    protected MeterMetric Quantile(string instrument, double level = 0.95) => MeterMetric.Quantile("p95", Shop.Name, instrument, level);

    protected void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    protected static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    /// <summary>The sentence about an instrument of this test's meter.</summary>
    protected void AssertMissing(string expected, MetricReading reading)
    {
        Assert.Equal(expected.Replace("Shop", Shop.Name, StringComparison.Ordinal), reading.Reason);
        Assert.Equal((MetricStatus.Missing, 0), (reading.Status, reading.Value));
    }

    protected static void AssertValue(double expected, DateTimeOffset at, MetricReading reading)
    {
        Assert.Null(reading.Reason);
        Assert.Equal((MetricStatus.Available, at), (reading.Status, reading.At));
        Assert.Equal(expected, reading.Value, Math.Abs(expected) * 1e-9);
    }
}
