using System.Diagnostics.Metrics;

namespace AutoScaling.Tests.Metrics;

/// <summary>A host that does nothing measures nothing, and that is known; but only who has nothing in flight is idle.</summary>
public sealed class MeterIdleTests : MeterFixture
{
    [Fact]
    public void Read_NoRequestsForLong_IsARateOf0AndAQuantileThatSaysSo()
    {
        var (provider, duration, _) = Requests();
        duration.Record(0.2);
        Pass(3600);
        var metrics = ReadAll(provider);
        AssertValue(0, Noon.AddSeconds(3600), metrics["rate"]);
        AssertMissing("instrument 'duration' of meter 'Shop' has measured nothing in the last 1m (no requests), and nothing is in flight", metrics["p95"]);
    }

    [Fact]
    public void Read_NeverARequest_IsIdleToo()
    {
        var (provider, _, _) = Requests();
        Pass(3600);
        var metrics = ReadAll(provider);
        AssertValue(0, Noon.AddSeconds(3600), metrics["rate"]);
        AssertMissing("instrument 'duration' of meter 'Shop' has measured nothing yet, and nothing is in flight", metrics["p95"]);
    }

    [Fact]
    public void Read_ARequestThatDoesNotEnd_IsNotIdle()
    {
        var (provider, duration, active) = Requests();
        duration.Record(0.2);
        active.Add(3, Tag("route", "/report"));
        active.Add(-1, Tag("route", "/report"));
        Pass(3600);
        AssertStale("instrument 'duration' of meter 'Shop' has counted nothing, but 2 are in flight ('active')", ReadAll(provider)["rate"]);
        AssertStale("instrument 'duration' of meter 'Shop' has measured nothing in the last 1m (no requests), but 2 are in flight ('active')", ReadAll(provider)["p95"]);
        active.Add(-2, Tag("route", "/report"));
        AssertValue(0, Noon.AddSeconds(3600), ReadAll(provider)["rate"]);
    }

    [Fact]
    public void Read_RequestsThatEnd_AreMeasuredWhateverIsInFlight()
    {
        var (provider, duration, active) = Requests();
        Pass(60);
        active.Add(1);
        duration.Record(0.2);
        var metrics = ReadAll(provider);
        Assert.Equal((MetricStatus.Available, MetricStatus.Available), (metrics["rate"].Status, metrics["p95"].Status));
        Assert.InRange(metrics["rate"].Value, 0.01, 1);
    }

    [Fact]
    public void Read_WhatIsInFlightIsNotKnown_IsNotIdle()
    {
        var provider = Provider(Quantile("duration") with { InFlight = "active" });
        Shop.CreateHistogram<double>("duration");
        AssertStale("instrument 'duration' of meter 'Shop' has measured nothing yet, but it is not known what is in flight: 'active' does not exist", Read(provider));
    }

    [Fact]
    public void Read_SeveralTargets_LooksAtEachOnesRequests()
    {
        var provider = Provider(Rate("duration") with { TargetTag = "service", InFlight = "active" });
        var duration = Shop.CreateHistogram<double>("duration");
        var active = Shop.CreateUpDownCounter<int>("active");
        duration.Record(1, Tag("service", "web"));
        duration.Record(1, Tag("service", "api"));
        active.Add(1, Tag("service", "web"));
        Pass(3600);
        Assert.Equal((MetricStatus.Stale, MetricStatus.Available), (Read(provider, "web").Status, Read(provider, "api").Status));
    }

    [Fact]
    public void Decide_IfMissingStandsForIdle_ScalesDownUnlessSomethingIsInFlight()
    {
        var (provider, duration, active) = Requests();
        duration.Record(0.2);
        ScalingPolicy policy = new()
        {
            Target = "web",
            Rules = [new StepRule { Metric = "p95", Steps = [new() { Below = 0.1, Adjustment = StepAdjustment.To, Amount = 1 }, new() { From = 1, Amount = 1 }] }],
            Metrics = [new() { Metric = "p95", IfMissing = MissingMeaning.Of(0), After = TimeSpan.Zero }],
            Behavior = ScalingBehavior.Immediate,
        };
        Pass(3600);
        active.Add(1);
        Assert.Equal(4, Decide().To);
        active.Add(-1);
        Assert.Equal(1, Decide().To);

        ScalingDecision Decide() => ScalingDecisionEngine.Decide(
            policy, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(4), Metrics = ReadAll(provider) }, Time.GetUtcNow());
    }

    [Fact]
    public void InFlight_ThatMakesNoSense_IsRefused()
    {
        Assert.Equal("InFlight must be a name, but is ''.", Assert.Throws<ScalingException>(() => Rate("duration") with { InFlight = "" }).Message);
        Assert.Equal("InFlight must be left out for a gauge, but is 'active'.", Assert.Throws<ScalingException>(() => Gauge("queued") with { InFlight = "active" }).Message);
        Assert.NotEqual(Rate("duration"), Rate("duration") with { InFlight = "active" });
    }

    private (MeterMetricsProvider Provider, Histogram<double> Duration, UpDownCounter<int> Active) Requests() =>
        (Provider(Rate("duration") with { InFlight = "active" }, Quantile("duration") with { InFlight = "active" }),
            Shop.CreateHistogram<double>("duration"),
            Shop.CreateUpDownCounter<int>("active"));

    private void AssertStale(string expected, MetricReading reading)
    {
        Assert.Equal(expected.Replace("Shop", Shop.Name, StringComparison.Ordinal), reading.Reason);
        Assert.Equal(MetricStatus.Stale, reading.Status);
    }
}
