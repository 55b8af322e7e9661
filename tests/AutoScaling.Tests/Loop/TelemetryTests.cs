using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>What the library tells about itself.</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tick_ScalesAndIsHeld_MetersCountIt()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20).Services.AddMetrics()) { Cpu = 90 };
        var meters = system.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        using var decisions = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.decisions");
        using var outcomes = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.outcomes");
        using var holds = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.holds");
        using var errors = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.errors");
        using var lateness = new MetricCollector<double>(meters, AutoScalingTelemetry.MeterName, "autoscaling.tick.lateness");
        using var duration = new MetricCollector<double>(meters, AutoScalingTelemetry.MeterName, "autoscaling.evaluation.duration");
        using var wanted = new MetricCollector<int>(meters, AutoScalingTelemetry.MeterName, "autoscaling.replicas.wanted");
        using var current = new MetricCollector<int>(meters, AutoScalingTelemetry.MeterName, "autoscaling.replicas.current");

        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(32));
        await system.AutoScaler.TickAsync(Stop);
        system.Cpu = double.NaN;
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        wanted.RecordObservableInstruments();
        current.RecordObservableInstruments();

        Assert.Equal(["up", "stay", "stay"], decisions.GetMeasurementSnapshot().Select(m => m.Tags["direction"]));
        Assert.Equal("applied", Assert.Single(outcomes.GetMeasurementSnapshot()).Tags["outcome"]);
        Assert.Equal("cooldown", Assert.Single(holds.GetMeasurementSnapshot()).Tags["guard"]);
        Assert.Equal("metrics_unavailable", Assert.Single(errors.GetMeasurementSnapshot()).Tags["kind"]);
        Assert.Equal([0, 2, 2], lateness.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal(3, duration.GetMeasurementSnapshot().Count);
        Assert.Equal((6, "web"), (wanted.LastMeasurement!.Value, wanted.LastMeasurement.Tags["target"]));
        Assert.Equal(6, current.LastMeasurement!.Value);
    }

    [Fact]
    public async Task Tick_Scales_ActivityAndLogSayWhy()
    {
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == AutoScalingTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = a =>
            {
                if (a.GetTagItem("autoscaling.target") as string != "why") return;
                lock (activities) activities.Add(a);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var log = new FakeLogCollector();
        using var system = new TestSystem(b => b.AddPolicy("why", max: 20).Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(log)).SetMinimumLevel(LogLevel.Debug))) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);

        const string Why = "cpu is 90, above 70: 'threshold' asks for 6.";
        Assert.Equal($"why goes from 4 to 6 replicas. {Why}", Assert.Single(activities).GetTagItem("autoscaling.explanation"));
        var scaled = Assert.Single(log.GetSnapshot(), r => r.Id == 3);
        Assert.Equal($"Scaled why from 4 to 6 replicas. {Why}", scaled.Message);
        Assert.Equal(("4", "6"), (scaled.GetStructuredStateValue("From"), scaled.GetStructuredStateValue("To")));
    }
}
