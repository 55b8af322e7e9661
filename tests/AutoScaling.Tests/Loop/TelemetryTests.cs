using System.Diagnostics;
using System.Diagnostics.Metrics;
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
        var meters = system.Services.GetRequiredService<IMeterFactory>();
        using var decisions = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.decisions");
        using var outcomes = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.outcomes");
        using var holds = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.holds");
        using var errors = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.errors");
        using var lateness = new MetricCollector<double>(meters, AutoScalingTelemetry.MeterName, "autoscaling.tick.lateness");
        using var duration = new MetricCollector<double>(meters, AutoScalingTelemetry.MeterName, "autoscaling.evaluation.duration");
        using var wanted = new MetricCollector<int>(meters, AutoScalingTelemetry.MeterName, "autoscaling.replicas.wanted");
        using var ready = new MetricCollector<int>(meters, AutoScalingTelemetry.MeterName, "autoscaling.replicas.ready");

        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(32));
        await system.AutoScaler.TickAsync(Stop);
        system.Cpu = double.NaN;
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        wanted.RecordObservableInstruments();
        ready.RecordObservableInstruments();

        Assert.Equal(["up", "stay", "stay"], decisions.GetMeasurementSnapshot().Select(m => m.Tags["autoscaling.direction"]));
        Assert.Equal("applied", Assert.Single(outcomes.GetMeasurementSnapshot()).Tags["autoscaling.outcome"]);
        Assert.Equal("cooldown", Assert.Single(holds.GetMeasurementSnapshot()).Tags["autoscaling.guard"]);
        Assert.Equal("metrics_unavailable", Assert.Single(errors.GetMeasurementSnapshot()).Tags["error.type"]);
        Assert.Equal([0, 2, 2], lateness.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal(3, duration.GetMeasurementSnapshot().Count);
        Assert.Equal((6, "web"), (wanted.LastMeasurement!.Value, wanted.LastMeasurement.Tags["autoscaling.target"]));
        Assert.Equal(6, ready.LastMeasurement!.Value);
    }

    [Fact]
    public async Task Tick_Scales_ActivityAndLogSayWhy()
    {
        var activities = new List<Activity>();
        using var listener = Listen("why", activities.Add);
        var log = new FakeLogCollector();
        using var system = new TestSystem(b => b.AddPolicy("why", max: 20).Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(log)).SetMinimumLevel(LogLevel.Debug))) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);

        const string Why = "cpu is 90, above 70: 'threshold' asks for 6.";
        Assert.Equal($"why goes from 4 to 6 replicas. {Why}", Assert.Single(activities).GetTagItem("autoscaling.explanation"));
        var scaled = Assert.Single(log.GetSnapshot(), r => r.Id == 3);
        Assert.Equal($"Scaled why from 4 to 6 replicas. {Why}", scaled.Message);
        Assert.Equal(("4", "6"), (scaled.GetStructuredStateValue("From"), scaled.GetStructuredStateValue("To")));
    }

    [Fact]
    public async Task Tick_Fails_ActivityAndDurationNameTheKindOfError()
    {
        var activities = new List<Activity>();
        using var listener = Listen("broken", activities.Add);
        using var system = new TestSystem(b => b.AddPolicy("broken").Services.AddMetrics());
        using var duration = new MetricCollector<double>(
            system.Services.GetRequiredService<IMeterFactory>(), AutoScalingTelemetry.MeterName, "autoscaling.evaluation.duration");
        system.Scaler.Read = (_, _) => throw new IOException("the cluster is gone");
        await system.AutoScaler.TickAsync(Stop);

        var activity = Assert.Single(activities);
        Assert.Equal(("scaling_failed", ActivityStatusCode.Error), (activity.GetTagItem("error.type"), activity.Status));
        Assert.Equal("'broken' could not be evaluated: the cluster is gone.", activity.StatusDescription);
        Assert.Equal("scaling_failed", duration.LastMeasurement!.Tags["error.type"]);
    }

    [Fact]
    public async Task Activity_OfATick_NamesBeginWithAutoscalingAndValuesAreWords()
    {
        var activities = new List<Activity>();
        using var listener = Listen("words", activities.Add);
        using var system = new TestSystem(b => b.AddPolicy("words", max: 20)) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        var tags = Assert.Single(activities).TagObjects.ToDictionary(t => t.Key, t => t.Value);
        Assert.All(tags.Keys, name => Assert.StartsWith("autoscaling.", name, StringComparison.Ordinal));
        Assert.Equal((4, 6, "applied"), (tags["autoscaling.from"], tags["autoscaling.to"], tags["autoscaling.outcome"]));
    }

    [Fact]
    public void MeterAndSource_HaveTheVersionOfTheLibrary()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var telemetry = new Telemetry(meters);
        var version = typeof(AutoScalingTelemetry).Assembly.GetName().Version!.ToString(3);
        Assert.All(Histograms(meters), histogram => Assert.Equal(version, histogram.Meter.Version));
        Assert.Equal(version, telemetry.Activities.Version);
    }

    [Fact]
    public void Histograms_OfDurations_HaveBoundariesInSeconds()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var telemetry = new Telemetry(meters);
        var histograms = Histograms(meters);
        Assert.Equal(["autoscaling.evaluation.duration", "autoscaling.tick.lateness"], histograms.Select(h => h.Name).Order(StringComparer.Ordinal));
        Assert.All(histograms, histogram =>
        {
            var boundaries = histogram.Advice!.HistogramBucketBoundaries!;
            Assert.Equal("s", histogram.Unit);
            Assert.Equal(boundaries.Order(), boundaries);
            Assert.InRange(boundaries[0], 0.0001, 0.01);
            Assert.InRange(boundaries[^1], 10, 300);
        });
    }

    [Fact]
    public async Task Record_NobodyListens_AllocatesNothing()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20)) { Cpu = 90 };
        var scaled = await system.AutoScaler.EvaluateAsync("web", Stop);
        system.Cpu = double.NaN;
        var blind = await system.AutoScaler.EvaluateAsync("web", Stop);
        Assert.Equal((ScaleOutcomeKind.Applied, ScalingErrorKind.MetricsUnavailable), (scaled.Outcome.Kind, blind.ErrorKind));
        using var telemetry = new Telemetry(null);
        Assert.Equal(0, Allocations.Least(() =>
        {
            telemetry.Record(scaled);
            telemetry.Record(blind);
        }));
    }

    private static ActivityListener Listen(string target, Action<Activity> heard)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == AutoScalingTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = a =>
            {
                if (a.GetTagItem("autoscaling.target") as string == target) heard(a);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>The histograms of the meter that a factory made.</summary>
    private static List<Histogram<double>> Histograms(IMeterFactory meters)
    {
        var histograms = new List<Histogram<double>>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == meters && instrument is Histogram<double> histogram) histograms.Add(histogram);
        };
        listener.Start();
        return histograms;
    }
}
