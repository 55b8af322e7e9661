using System.Diagnostics.Metrics;

namespace AutoScaling.Tests.Metrics;

public sealed class MeterGaugeTests : MeterFixture
{
    [Fact]
    public void Gauge_Measured_IsTheLastValueWithTheTimeItWasMeasured()
    {
        var provider = Provider(Gauge("queued"));
        var queued = Shop.CreateGauge<int>("queued");
        queued.Record(7);
        Pass(10);
        queued.Record(12);
        Pass(300);
        AssertValue(12, Noon.AddSeconds(10), Read(provider));
    }

    [Fact]
    public void Gauge_OfAnInstrumentOlderThanTheProvider_IsRead()
    {
        var queued = Shop.CreateGauge<long>("queued");
        var provider = Provider(Gauge("queued"));
        queued.Record(5);
        AssertValue(5, Noon, Read(provider));
    }

    [Fact]
    public void Gauge_OfEveryNumericType_IsRead()
    {
        OfType((byte)200, 200);
        OfType((short)-3000, -3000);
        OfType(70_000, 70_000);
        OfType(5_000_000_000, 5_000_000_000);
        OfType(1.5f, 1.5);
        OfType(2.25, 2.25);
        OfType(3.125m, 3.125);

        void OfType<T>(T value, double expected)
            where T : struct
        {
            var provider = Provider(Gauge($"g-{typeof(T).Name}"));
            Shop.CreateGauge<T>($"g-{typeof(T).Name}").Record(value);
            AssertValue(expected, Noon, Read(provider));
        }
    }

    [Fact]
    public void Gauge_Observable_IsCollectedWhenAskedFor()
    {
        var queued = 3;
        Shop.CreateObservableGauge("queued", () => queued);
        var provider = Provider(Gauge("queued"));
        AssertValue(3, Noon, Read(provider));
        queued = 4;
        Pass(30);
        AssertValue(4, Noon.AddSeconds(30), Read(provider));
    }

    [Fact]
    public void Gauge_ObservableAskedForByManyTargetsAtOnce_IsCollectedOncePerSecond()
    {
        var collections = 0;
        Shop.CreateObservableGauge("queued", () => ++collections);
        var provider = Provider(Gauge("queued"));
        for (var i = 0; i < 100; i++) AssertValue(1, Noon, Read(provider, $"web-{i}"));
        Pass(0.999);
        AssertValue(1, Noon, Read(provider));
        Pass(0.001);
        AssertValue(2, Noon.AddSeconds(1), Read(provider));
    }

    [Fact]
    public void Gauge_UpDownCounter_IsTheSumOfItsChangesAndOfNow()
    {
        var provider = Provider(Gauge("queued"));
        var queued = Shop.CreateUpDownCounter<int>("queued");
        queued.Add(5);
        queued.Add(-2);
        Pass(600);
        AssertValue(3, Noon.AddSeconds(600), Read(provider));
        queued.Add(-3);
        AssertValue(0, Noon.AddSeconds(600), Read(provider));
    }

    [Fact]
    public void Gauge_ObservableUpDownCounter_IsItsValue()
    {
        Shop.CreateObservableUpDownCounter("queued", () => 9L);
        AssertValue(9, Noon, Read(Provider(Gauge("queued"))));
    }

    [Fact]
    public void Gauge_WithoutInstrument_IsMissingAndSaysSo() =>
        AssertMissing("instrument 'queued' of meter 'Shop' does not exist", Read(Provider(Gauge("queued"))));

    [Fact]
    public void Gauge_OfAnInstrumentOfAnotherMeter_IsMissing()
    {
        using var other = new Meter(Shop.Name + ".Other");
        var provider = Provider(Gauge("queued"));
        other.CreateGauge<int>("queued").Record(4);
        AssertMissing("instrument 'queued' of meter 'Shop' does not exist", Read(provider));
    }

    [Fact]
    public void Gauge_WithoutMeasurement_IsMissingAndSaysSo()
    {
        var provider = Provider(Gauge("queued"));
        Shop.CreateGauge<int>("queued");
        AssertMissing("instrument 'queued' of meter 'Shop' has measured nothing yet", Read(provider));
    }

    [Fact]
    public void Gauge_MeterDisposed_IsMissing()
    {
        var provider = Provider(Gauge("queued"));
        Shop.CreateGauge<int>("queued").Record(4);
        AssertValue(4, Noon, Read(provider));
        Shop.Dispose();
        AssertMissing("instrument 'queued' of meter 'Shop' does not exist", Read(provider));
    }

    [Fact]
    public void Gauge_OneOfTwoMetersOfThatNameDisposed_ForgetsOnlyItsValues()
    {
        var provider = Provider(Gauge("queued"));
        Shop.CreateUpDownCounter<int>("queued").Add(4);
        var second = new Meter(Shop.Name);
        second.CreateUpDownCounter<int>("queued").Add(3);
        AssertValue(7, Noon, Read(provider));
        second.Dispose();
        AssertValue(4, Noon, Read(provider));
    }

    [Theory]
    [InlineData(MeterCombination.Sum, 12)]
    [InlineData(MeterCombination.Average, 4)]
    [InlineData(MeterCombination.Max, 7)]
    public void Gauge_SeveralTagSets_AreCombinedAndAsOldAsTheOldest(MeterCombination combine, double expected)
    {
        var provider = Provider(Gauge("queued") with { Combine = combine });
        var queued = Shop.CreateGauge<int>("queued");
        queued.Record(99, Tag("queue", "orders"));
        queued.Record(3, Tag("queue", "orders"));
        Pass(20);
        queued.Record(7, Tag("queue", "mails"));
        queued.Record(2);
        AssertValue(expected, Noon, Read(provider));
    }

    [Fact]
    public void Gauge_SameTagsInAnotherOrder_AreTheSameTagSet()
    {
        var provider = Provider(Gauge("queued"));
        var queued = Shop.CreateGauge<int>("queued");
        queued.Record(3, Tag("queue", "orders"), Tag("region", "eu"), Tag("shard", 1));
        queued.Record(5, Tag("shard", 1), Tag("region", "eu"), Tag("queue", "orders"));
        AssertValue(5, Noon, Read(provider));
        queued.Record(2, Tag("shard", 2), Tag("region", "eu"), Tag("queue", "orders"));
        AssertValue(7, Noon, Read(provider));
    }

    [Fact]
    public void Gauge_ObservableTagSetNoLongerReported_IsNoLongerCounted()
    {
        Measurement<int>[] reported = [new(3, Tag("queue", "orders")), new(4, Tag("queue", "mails"))];
        Shop.CreateObservableGauge("queued", () => reported);
        var provider = Provider(Gauge("queued"));
        AssertValue(7, Noon, Read(provider));
        reported = [new(5, Tag("queue", "mails"))];
        Pass(5);
        AssertValue(5, Noon.AddSeconds(5), Read(provider));
        reported = [];
        Pass(5);
        AssertMissing("instrument 'queued' of meter 'Shop' was not reported when it was last collected", Read(provider));
    }

    [Fact]
    public void Gauge_ObservableThatThrows_IsFailedAndLeavesTheOthersAlone()
    {
        var broken = false;
        Shop.CreateObservableGauge("queued", () => broken ? throw new InvalidOperationException("no connection") : 3);
        Shop.CreateObservableGauge("fine", () => 8);
        var provider = Provider(Gauge("queued"), MeterMetric.Gauge("fine", Shop.Name, "fine"));
        AssertValue(3, Noon, Read(provider));

        broken = true;
        Pass(5);
        var metrics = ReadAll(provider);
        Assert.Equal(MetricStatus.Failed, metrics["queue"].Status);
        Assert.Equal(
            $"instrument 'queued' of meter '{Shop.Name}' was not reported when it was last collected, and an observable instrument threw: no connection",
            metrics["queue"].Reason);
        AssertValue(8, Noon.AddSeconds(5), metrics["fine"]);

        broken = false;
        Pass(5);
        AssertValue(3, Noon.AddSeconds(10), Read(provider));
    }

    [Fact]
    public void Gauge_ObservableThatThrowsFromTheStart_IsFailed()
    {
        Shop.CreateObservableGauge("queued", new Func<int>(() => throw new InvalidOperationException("no connection")));
        var reading = Read(Provider(Gauge("queued")));
        Assert.Equal(MetricStatus.Failed, reading.Status);
        Assert.Equal(
            $"instrument 'queued' of meter '{Shop.Name}' has measured nothing yet, and an observable instrument threw: no connection",
            reading.Reason);
    }

    [Fact]
    public void Gauge_NotANumber_IsMissing()
    {
        var provider = Provider(Gauge("load"));
        var load = Shop.CreateGauge<double>("load");
        load.Record(0.5);
        load.Record(double.NaN);
        AssertMissing("its value is not a number", Read(provider));
        load.Record(0.75);
        AssertValue(0.75, Noon, Read(provider));
    }

    [Fact]
    public void Gauge_UpDownCounterWithAChangeThatIsNotANumber_IgnoresIt()
    {
        var provider = Provider(Gauge("load"));
        var load = Shop.CreateUpDownCounter<double>("load");
        load.Add(2);
        load.Add(double.NaN);
        AssertValue(2, Noon, Read(provider));
    }

    [Fact]
    public void Gauge_TooManyTagSets_IsMissingAndNotPartial()
    {
        var provider = Provider(Gauge("queued"));
        var queued = Shop.CreateGauge<int>("queued");
        for (var i = 0; i < 1000; i++) queued.Record(1, Tag("customer", i));
        AssertValue(1000, Noon, Read(provider));
        queued.Record(1, Tag("customer", 1000));
        AssertMissing("instrument 'queued' of meter 'Shop' has more than 1,000 tag sets, too many to tell apart: choose among them with Where", Read(provider));
    }

    [Fact]
    public void Gauge_ObservableWithTooManyTagSetsForATime_RecoversWhenTheyAreFewer()
    {
        var sets = 1001;
        Shop.CreateObservableGauge("queued", () => Enumerable.Range(0, sets).Select(i => new Measurement<int>(1, Tag("customer", i))));
        var provider = Provider(Gauge("queued"));
        Assert.Equal(MetricStatus.Missing, Read(provider).Status);
        sets = 10;
        Pass(1);
        AssertValue(10, Noon.AddSeconds(1), Read(provider));
    }

    [Fact]
    public void Gauge_Where_TakesOnlyMeasurementsWithThoseTags()
    {
        var provider = Provider(Gauge("queued").Where("queue", "orders").Where("shard", "2").Where("urgent", "true"));
        var queued = Shop.CreateGauge<int>("queued");
        AssertMissing("instrument 'queued' of meter 'Shop' has measured nothing with queue = orders and shard = 2 and urgent = true yet", Read(provider));
        queued.Record(1, Tag("queue", "mails"), Tag("shard", 2), Tag("urgent", true));
        queued.Record(2, Tag("queue", "orders"), Tag("shard", 1), Tag("urgent", true));
        queued.Record(3, Tag("queue", "orders"), Tag("shard", 2), Tag("urgent", false));
        queued.Record(4, Tag("queue", "orders"));
        queued.Record(5, Tag("queue", null), Tag("shard", 2), Tag("urgent", true));
        Assert.Equal(MetricStatus.Missing, Read(provider).Status);
        queued.Record(6, Tag("queue", "orders"), Tag("shard", 2), Tag("urgent", true), Tag("region", "eu"));
        AssertValue(6, Noon, Read(provider));
    }

    [Fact]
    public void Gauge_TargetTag_GivesEveryTargetItsOwn()
    {
        var provider = Provider(Gauge("queued") with { TargetTag = "service" });
        var queued = Shop.CreateGauge<int>("queued");
        queued.Record(3, Tag("service", "web"));
        queued.Record(5, Tag("service", "api"));
        queued.Record(9);
        AssertValue(3, Noon, Read(provider, "web"));
        AssertValue(5, Noon, Read(provider, "api"));
        AssertMissing("instrument 'queued' of meter 'Shop' has measured nothing with service = mail yet", Read(provider, "mail"));
    }

    [Fact]
    public void Gauge_WithoutTargetTag_IsTheSameForEveryTarget()
    {
        var provider = Provider(Gauge("queued"));
        Shop.CreateGauge<int>("queued").Record(3);
        AssertValue(3, Noon, Read(provider, "web"));
        AssertValue(3, Noon, Read(provider, "api"));
    }

    [Fact]
    public void Gauge_Factor_MultipliesTheValue()
    {
        var provider = Provider(Gauge("utilization") with { Factor = 100 });
        Shop.CreateGauge<double>("utilization").Record(0.25);
        AssertValue(25, Noon, Read(provider));
    }

    [Fact]
    public void Metric_OfAnInstrumentThatDoesNotFit_IsMissingAndSaysWhatDoes()
    {
        var provider = Provider(Gauge("orders"), Rate("queued"), Quantile("queued"));
        Shop.CreateCounter<int>("orders").Add(1);
        Shop.CreateGauge<int>("queued").Record(1);
        var metrics = ReadAll(provider);
        AssertMissing("instrument 'orders' of meter 'Shop' is of kind Counter, and a gauge is read from gauges and up-down counters", metrics["queue"]);
        AssertMissing("instrument 'queued' of meter 'Shop' is of kind Gauge, and a rate is read from counters and histograms", metrics["rate"]);
        AssertMissing("instrument 'queued' of meter 'Shop' is of kind Gauge, and a quantile is read from histograms", metrics["p95"]);
    }

    [Fact]
    public void Metric_OfTwoInstrumentsOfDifferentKinds_IsMissing()
    {
        var provider = Provider(Gauge("queued"));
        Shop.CreateGauge<int>("queued").Record(1);
        using var second = new Meter(Shop.Name);
        second.CreateUpDownCounter<int>("queued").Add(1);
        AssertMissing("instrument 'queued' of meter 'Shop' was published as Gauge and as UpDownCounter", Read(provider));
    }
}
