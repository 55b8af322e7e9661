using System.Diagnostics.Metrics;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Metrics;

public sealed class MeterRateTests : MeterFixture
{
    [Fact]
    public void Rate_CounterThatGrowsSteadily_IsItsGrowthPerSecond()
    {
        var provider = Provider(Rate("orders"));
        var orders = Shop.CreateCounter<int>("orders");
        for (var second = 0; second < 180; second++)
        {
            orders.Add(3);
            Pass(1);
        }

        AssertValue(3, Noon.AddSeconds(180), Read(provider));
    }

    [Fact]
    public void Rate_WatchedForLessThanAQuarterOfTheWindow_IsMissing()
    {
        var provider = Provider(Rate("orders"));
        var orders = Shop.CreateCounter<int>("orders");
        orders.Add(30);
        Pass(14.999);
        AssertMissing("instrument 'orders' of meter 'Shop' has been watched for 14s, and its rate over 1m needs a quarter of that", Read(provider));
        Pass(0.001);
        AssertValue(2, Noon.AddSeconds(15), Read(provider));
    }

    [Fact]
    public void Rate_CounterThatDoesNotMove_IsReallyZero()
    {
        var provider = Provider(Rate("orders"));
        Shop.CreateCounter<int>("orders");
        Pass(15);
        AssertValue(0, Noon.AddSeconds(15), Read(provider));
    }

    [Fact]
    public void Rate_WithoutInstrument_IsMissing()
    {
        var provider = Provider(Rate("orders"));
        Pass(600);
        AssertMissing("instrument 'orders' of meter 'Shop' does not exist", Read(provider));
    }

    [Fact]
    public void Rate_InstrumentCreatedLate_IsWatchedSinceThen()
    {
        var provider = Provider(Rate("orders"));
        Pass(600);
        Shop.CreateCounter<int>("orders").Add(40);
        Pass(20);
        AssertValue(2, Noon.AddSeconds(620), Read(provider));
    }

    [Fact]
    public void Rate_WithTagsThatNothingHasYet_IsMissingAndNotZero()
    {
        var provider = Provider(Rate("orders") with { TargetTag = "service" }, MeterMetric.Rate("eu", Shop.Name, "orders").Where("region", "eu"));
        var orders = Shop.CreateCounter<int>("orders");
        orders.Add(1, Tag("service", "api"));
        Pass(60);
        var metrics = ReadAll(provider, "web");
        AssertMissing("instrument 'orders' of meter 'Shop' has measured nothing with service = web yet", metrics["rate"]);
        AssertMissing("instrument 'orders' of meter 'Shop' has measured nothing with region = eu yet", metrics["eu"]);

        orders.Add(60, Tag("service", "web"), Tag("region", "eu"));
        metrics = ReadAll(provider, "web");
        Assert.Equal((MetricStatus.Available, MetricStatus.Available), (metrics["rate"].Status, metrics["eu"].Status));
        Assert.InRange(metrics["rate"].Value, 1, 60 / 55.0);

        Pass(120);
        AssertValue(0, Noon.AddSeconds(180), ReadAll(provider, "web")["rate"]);
    }

    [Fact]
    public void Rate_AnyGrowthAtAnyTimes_IsThatOfTheWindow() =>
        Gen.Select(Gen.Select(Gen.Int[0, 20_000], Gen.Int[0, 50]).Array[0, 60], Gen.Int[1, 120]).Sample((steps, seconds) =>
        {
            var time = new FakeTimeProvider(Noon);
            using var meter = NewMeter();
            var window = TimeSpan.FromSeconds(seconds);
            using var provider = new MeterMetricsProvider([MeterMetric.Rate("rate", meter.Name, "orders") with { Window = window }], time);
            var orders = meter.CreateCounter<int>("orders");
            var growth = new List<(DateTimeOffset At, int By)>();
            foreach (var (milliseconds, by) in steps)
            {
                time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                growth.Add((time.GetUtcNow(), by));
                orders.Add(by);
            }

            var now = time.GetUtcNow();
            var watched = now - Noon;
            var reading = Ask(provider, new("web", "rate"))[0];
            if (watched < window / 4)
            {
                Assert.Equal(MetricStatus.Missing, reading.Status);
                return;
            }

            // The oldest of twelve slots leaves at once, so between eleven twelfths and all of the window are counted.
            double atLeast = growth.Where(g => g.At > now - window * 11 / 12).Sum(g => g.By);
            double atMost = growth.Where(g => g.At >= now - window).Sum(g => g.By);
            var longest = Math.Min(window.TotalSeconds, watched.TotalSeconds);
            Assert.InRange(reading.Value, atLeast / longest * 0.999999, atMost / Math.Min(longest, window.TotalSeconds * 11 / 12) * 1.000001);
        });

    [Fact]
    public void Rate_BurstOlderThanTheWindow_IsForgotten()
    {
        var provider = Provider(Rate("orders") with { Window = TimeSpan.FromSeconds(12) });
        var orders = Shop.CreateCounter<long>("orders");
        orders.Add(1200);
        Pass(11.5);
        Assert.InRange(Read(provider).Value, 100, 110);
        Pass(0.5);
        AssertValue(0, Noon.AddSeconds(12), Read(provider));
    }

    [Fact]
    public void Rate_AfterAPauseOfAnyLength_CountsOnlyTheWindow()
    {
        for (var slots = 0; slots < 40; slots++)
        {
            using var meter = NewMeter();
            using var provider = new MeterMetricsProvider([MeterMetric.Rate("rate", meter.Name, "orders")], Time);
            var orders = meter.CreateCounter<int>("orders");
            Pass(60);
            orders.Add(60);
            Pass(slots * 5);
            var reading = Ask(provider, new("web", "rate"))[0];
            if (slots < 12) Assert.InRange(reading.Value, 1, 60 / 55.0);
            else AssertValue(0, Time.GetUtcNow(), reading);
        }
    }

    [Fact]
    public void Rate_NegativeOrUnusableGrowth_IsIgnored()
    {
        var provider = Provider(Rate("orders"));
        var orders = Shop.CreateCounter<double>("orders");
        orders.Add(30);
        orders.Add(-5);
        orders.Add(double.NaN);
        orders.Add(double.PositiveInfinity);
        Pass(15);
        AssertValue(2, Noon.AddSeconds(15), Read(provider));
    }

    [Fact]
    public void Rate_Histogram_CountsItsValues()
    {
        var provider = Provider(Rate("duration"));
        var duration = Shop.CreateHistogram<double>("duration");
        for (var i = 0; i < 45; i++) duration.Record(0.2);
        Pass(15);
        AssertValue(3, Noon.AddSeconds(15), Read(provider));
    }

    [Fact]
    public void Rate_SeveralTagSets_AreAdded()
    {
        var provider = Provider(Rate("orders") with { Factor = 60 });
        var orders = Shop.CreateCounter<short>("orders");
        orders.Add(10, Tag("region", "eu"));
        orders.Add(20, Tag("region", "us"));
        Pass(15);
        AssertValue(120, Noon.AddSeconds(15), Read(provider));
    }

    [Fact]
    public void Rate_ObservableCounter_IsItsGrowthBetweenCollections()
    {
        var total = 1_000_000L;
        Shop.CreateObservableCounter("bytes", () => total);
        var provider = Provider(Rate("bytes"));
        AssertMissing("instrument 'bytes' of meter 'Shop' has been watched for 0s, and its rate over 1m needs a quarter of that", Read(provider));

        Pass(15);
        total += 300;
        AssertValue(20, Noon.AddSeconds(15), Read(provider));

        // From here on, the rate looks one window back, to the collection of 15 s.
        Pass(30);
        total += 300;
        AssertValue(600 / 45.0, Noon.AddSeconds(45), Read(provider));
        Pass(30);
        total += 600;
        AssertValue(900 / 60.0, Noon.AddSeconds(75), Read(provider));
    }

    [Fact]
    public void Rate_ObservableCounterAskedForEverySecond_KeepsToTheWindow()
    {
        var total = 0L;
        Shop.CreateObservableCounter("bytes", () => total);
        var provider = Provider(Rate("bytes"));
        for (var second = 0; second < 300; second++)
        {
            Read(provider);
            Pass(1);
            total += second < 230 ? 1000 : 10; // The fast time is at most 70 s back.
        }

        AssertValue(10, Noon.AddSeconds(300), Read(provider));
    }

    [Fact]
    public void Rate_ObservableCounterAskedForSeldom_IsTheAverageSinceTheLastTime()
    {
        var total = 0L;
        Shop.CreateObservableCounter("bytes", () => total);
        var provider = Provider(Rate("bytes"));
        Read(provider);
        Pass(600);
        total += 1200;
        AssertValue(2, Noon.AddSeconds(600), Read(provider));
        Pass(600);
        total += 600;
        AssertValue(1, Noon.AddSeconds(1200), Read(provider));
    }

    [Fact]
    public void Rate_ObservableCounterThatBeginsAnew_CountsFromZero()
    {
        var total = 500L;
        Shop.CreateObservableCounter("bytes", () => total);
        var provider = Provider(Rate("bytes"));
        Read(provider);
        Pass(30);
        total = 60;
        AssertValue(2, Noon.AddSeconds(30), Read(provider));
    }

    [Fact]
    public void Rate_ObservableTagSetsThatComeAndGo_NeverCountTheirOldTotals()
    {
        Measurement<long>[] reported = [new(1000, Tag("queue", "orders")), new(9000, Tag("queue", "mails"))];
        Shop.CreateObservableCounter("bytes", () => reported);
        var provider = Provider(Rate("bytes"));
        Read(provider);
        Pass(30);
        reported = [new(1030, Tag("queue", "orders")), new(77_777, Tag("queue", "new"))];
        AssertValue(1, Noon.AddSeconds(30), Read(provider));
        Pass(30);
        reported = [new(1030, Tag("queue", "orders")), new(77_807, Tag("queue", "new")), new(9100, Tag("queue", "mails"))];
        AssertValue(1, Noon.AddSeconds(60), Read(provider));
    }

    [Fact]
    public void Rate_ObservableCounterNotReported_IsMissing()
    {
        Measurement<long>[] reported = [new(1000)];
        Shop.CreateObservableCounter("bytes", () => reported);
        var provider = Provider(Rate("bytes"));
        Read(provider);
        Pass(30);
        reported = [];
        AssertMissing("instrument 'bytes' of meter 'Shop' was not reported when it was last collected", Read(provider));
    }

    [Fact]
    public void Rate_FromManyThreads_CountsEveryMeasurement()
    {
        var provider = Provider(Rate("orders"), Gauge("queued"), Quantile("duration", 1), MeterMetric.Rate("durations", Shop.Name, "duration"));
        var orders = Shop.CreateCounter<int>("orders");
        var queued = Shop.CreateUpDownCounter<int>("queued");
        var duration = Shop.CreateHistogram<double>("duration");
        Parallel.For(0, 60_000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            orders.Add(1, Tag("worker", i % 5));
            queued.Add(i % 2 == 0 ? 3 : -1, Tag("worker", i % 5));
            duration.Record(i);
            if (i % 1000 == 0) ReadAll(provider);
        });
        Pass(15);
        var metrics = ReadAll(provider);
        AssertValue(4000, Noon.AddSeconds(15), metrics["rate"]);
        AssertValue(60_000, Noon.AddSeconds(15), metrics["queue"]);
        AssertValue(4000, Noon.AddSeconds(15), metrics["durations"]);
        Assert.Equal(59_999, metrics["p95"].Value, 600.0);
    }
}
