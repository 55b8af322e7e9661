using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Metrics;

public sealed class MeterMetricsProviderTests : MeterFixture
{
    [Fact]
    public void Quantile_ValuesOfTheWindow_IsWithinOnePercentOfTheExactOne() =>
        Gen.Select(Gen.Select(Gen.Double[0.001, 30], Gen.Int[0, 2000]).Array[1, 200], Gen.Double[0, 1]).Sample((steps, level) =>
        {
            var time = new FakeTimeProvider(Noon);
            using var meter = NewMeter();
            using var provider = new MeterMetricsProvider([MeterMetric.Quantile("p", meter.Name, "duration", level)], time);
            var duration = meter.CreateHistogram<double>("duration");
            var values = new List<(DateTimeOffset At, double Value)>();
            foreach (var (value, milliseconds) in steps)
            {
                time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                values.Add((time.GetUtcNow(), value));
                duration.Record(value);
            }

            // The oldest of twelve slots of 5 s leaves at once: values of that age may be in or out, so only others make an exact expectation.
            var now = time.GetUtcNow();
            var reading = Ask(provider, new("web", "p"))[0];
            if (values.Any(v => v.At >= now.AddSeconds(-60) && v.At <= now.AddSeconds(-55)))
            {
                Assert.InRange(reading.Value, values.Min(v => v.Value) * 0.99, values.Max(v => v.Value) * 1.01);
                return;
            }

            var exact = values.Where(v => v.At > now.AddSeconds(-55)).Select(v => v.Value).Order().ToArray();
            var expected = exact[(int)(level * (exact.Length - 1))];
            Assert.Equal(expected, reading.Value, expected * 0.010001);
        });

    [Fact]
    public void Quantile_OfEveryLevel_IsReadFromTheSameHistogram()
    {
        var provider = Provider(
            MeterMetric.Quantile("p0", Shop.Name, "duration", 0),
            MeterMetric.Quantile("p50", Shop.Name, "duration", 0.5),
            MeterMetric.Quantile("p95", Shop.Name, "duration", 0.95),
            MeterMetric.Quantile("p100", Shop.Name, "duration", 1) with { Factor = 1000 });
        var duration = Shop.CreateHistogram<int>("duration");
        for (var i = 1; i <= 101; i++) duration.Record(i);
        var metrics = ReadAll(provider);
        Assert.Equal(1, metrics["p0"].Value, 0.0101);
        Assert.Equal(51, metrics["p50"].Value, 0.511);
        Assert.Equal(96, metrics["p95"].Value, 0.961);
        Assert.Equal(101_000, metrics["p100"].Value, 1011.0);
    }

    [Fact]
    public void Quantile_ValuesOlderThanTheWindow_AreForgotten()
    {
        var provider = Provider(Quantile("duration", 1));
        var duration = Shop.CreateHistogram<float>("duration");
        duration.Record(100);
        Pass(30);
        duration.Record(1);
        Assert.Equal(100, Read(provider).Value, 1.01);
        Pass(30);
        Assert.Equal(1, Read(provider).Value, 0.0101);
        Assert.Equal(Noon.AddSeconds(30), Read(provider).At);
        Pass(30);
        AssertMissing("instrument 'duration' of meter 'Shop' has measured nothing in the last 1m (no requests)", Read(provider));
    }

    [Fact]
    public void Quantile_AfterAPauseOfAnyLength_KnowsOnlyTheWindow()
    {
        for (var slots = 0; slots < 40; slots++)
        {
            using var meter = NewMeter();
            using var provider = new MeterMetricsProvider([MeterMetric.Quantile("p", meter.Name, "duration", 0.5)], Time);
            meter.CreateHistogram<double>("duration").Record(1);
            Pass(slots * 5);
            Assert.Equal(slots < 12 ? MetricStatus.Available : MetricStatus.Missing, Ask(provider, new("web", "p"))[0].Status);
        }
    }

    [Fact]
    public void Quantile_WithoutMeasurement_IsMissing()
    {
        var provider = Provider(Quantile("duration"));
        Shop.CreateHistogram<double>("duration").Record(double.NaN);
        AssertMissing("instrument 'duration' of meter 'Shop' has measured nothing yet", Read(provider));
    }

    [Fact]
    public void Quantile_TargetTag_GivesEveryTargetItsOwn()
    {
        var provider = Provider(Quantile("duration", 0.5) with { TargetTag = "service" });
        var duration = Shop.CreateHistogram<double>("duration");
        duration.Record(10, Tag("service", "web"));
        duration.Record(1000, Tag("service", "api"));
        Assert.Equal(10, Read(provider, "web").Value, 0.101);
        Assert.Equal(1000, Read(provider, "api").Value, 10.1);
    }

    [Fact]
    public void TargetTag_ThatIsANumber_IsComparedAsItIsWritten()
    {
        var provider = Provider(Gauge("queued") with { TargetTag = "shard" });
        Shop.CreateGauge<int>("queued").Record(3, Tag("shard", 12));
        AssertValue(3, Noon, Read(provider, "12"));
    }

    [Fact]
    public void TargetTag_WithTooManyValues_IsMissingForTheRest()
    {
        var provider = Provider(Gauge("queued") with { TargetTag = "request" });
        var queued = Shop.CreateGauge<int>("queued");
        for (var i = 0; i <= 100_000; i++) queued.Record(1, Tag("request", i));
        AssertValue(1, Noon, Read(provider, "99999"));
        AssertMissing("instrument 'queued' of meter 'Shop' has more than 100,000 values of the tag request, too many to tell apart", Read(provider, "100000"));
    }

    [Fact]
    public void Measurement_OfKnownTags_AllocatesNothing()
    {
        var provider = Provider(
            (Gauge("queued") with { TargetTag = "service" }).Where("shard", "2"),
            Rate("orders"),
            Quantile("duration") with { TargetTag = "service" });
        var queued = Shop.CreateGauge<int>("queued");
        var orders = Shop.CreateCounter<long>("orders");
        var duration = Shop.CreateHistogram<double>("duration");
        KeyValuePair<string, object?> service = Tag("service", "web"), shard = Tag("shard", 2);
        Assert.Equal(0, Allocations.Least(Measure));
        Assert.Equal(4, Read(provider).Value);

        void Measure()
        {
            queued.Record(4, service, shard);
            orders.Add(1, service, shard);
            duration.Record(0.2, service, shard);
        }
    }

    [Fact]
    public void Constructor_TwoMetricsOfOneName_IsRefused()
    {
        var error = Assert.Throws<ScalingException>(() => Provider(Gauge("queued"), Gauge("waiting"), Rate("orders")));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal("Metrics must have different names, but 2 are named 'queue'.", error.Message);
    }

    [Fact]
    public void GetMetrics_SomeMetrics_AnswersThoseAndNoOthers()
    {
        var provider = Provider(Gauge("queued"), Rate("orders"), Quantile("duration"));
        Shop.CreateGauge<int>("queued").Record(5);
        Assert.Equal(["queue"], Ask(provider, new("web", "queue")).Select(reading => reading.Metric.Name));
        Assert.Equal(["p95", "rate"], Ask(provider, new("web", "p95", "unknown", "rate")).Select(reading => reading.Metric.Name));
        Assert.Empty(Ask(provider, new("web")));
    }

    [Fact]
    public async Task Dispose_ThenAsked_ThrowsAndNoLongerListens()
    {
        var queued = Shop.CreateGauge<int>("queued");
        var provider = Provider(Gauge("queued"));
        Assert.True(queued.Enabled);
        provider.Dispose();
        Assert.False(queued.Enabled);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await provider.GetMetricsAsync(new("web", "queue"), TestContext.Current.CancellationToken));
    }
}
