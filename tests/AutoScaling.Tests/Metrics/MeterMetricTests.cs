namespace AutoScaling.Tests.Metrics;

public sealed class MeterMetricTests
{
    [Fact]
    public void Definitions_OutOfTheirRange_NameTheRuleAndTheValue()
    {
        Refused("Name must be a name, but is ''.", () => MeterMetric.Gauge("", "Shop", "queued"));
        Refused("Name must not contain '@', which names a source, but is 'queue@shop'.", () => MeterMetric.Gauge("queue@shop", "Shop", "queued"));
        Refused("Meter must be a name, but is ' '.", () => MeterMetric.Rate("orders", " ", "orders"));
        Refused("Instrument must be a name, but is ''.", () => MeterMetric.Rate("orders", "Shop", ""));
        Refused("Level must be between 0 and 1, but is 95.", () => MeterMetric.Quantile("p95", "Shop", "duration", 95));
        Refused("Level must be between 0 and 1, but is NaN.", () => MeterMetric.Quantile("p95", "Shop", "duration", double.NaN));
        Refused("Window must be between 1s and 24 hours, but is 0s.", () => Metric() with { Window = TimeSpan.Zero });
        Refused("Window must be between 1s and 24 hours, but is 2d.", () => Metric() with { Window = TimeSpan.FromDays(2) });
        Refused("Factor must be a finite number other than 0, but is 0.", () => Metric() with { Factor = 0 });
        Refused("Factor must be a finite number other than 0, but is Infinity.", () => Metric() with { Factor = double.PositiveInfinity });
        Refused("Tag must be a name, but is ''.", () => Metric().Where("", "orders"));
    }

    [Fact]
    public void Equals_SameDefinition_IsEqualWhateverTheInstance()
    {
        var one = Metric().Where("queue", "orders") with { Factor = 2 };
        var same = (Metric() with { Factor = 2 }).Where("queue", "orders");
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, Metric().Where("queue", "mails") with { Factor = 2 });
        Assert.NotEqual(one, one with { Factor = 3 });
        Assert.NotEqual(one, one with { TargetTag = "service" });
        Assert.NotEqual(one, one.Where("region", "eu"));
    }

    private static MeterMetric Metric() => MeterMetric.Gauge("queue", "Shop", "queued");

    private static void Refused(string sentence, Func<MeterMetric> definition)
    {
        var error = Assert.Throws<ScalingException>(definition);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(sentence, error.Message);
    }
}
