using AutoScaling.OpenTelemetry.Instrumentation;
using AutoScaling.Tests.Readme;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AutoScaling.OpenTelemetry.Tests;

[Collection("one at a time")] // OpenTelemetry hears the meters of the whole process, of other tests' hosts, too
public sealed class InstrumentationTests
{
    private const string Target = "autoscaling.target";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_Of10000Targets_AreAllThere()
    {
        var series = await SeriesAsync(10_000, b => b.AddAutoScalingInstrumentation(maxTargets: 10_000));
        foreach (var name in new[] { "autoscaling.decisions", "autoscaling.replicas.max", "autoscaling.replicas.wanted", "autoscaling.paused" })
            Assert.Equal(10_000, series.Where(s => s.Metric == name).Select(s => s.Tags[Target]).Distinct().Count());
        Assert.DoesNotContain(series, s => s.Tags.ContainsKey("otel.metric.overflow"));
    }

    /// <summary>Why there are limits at all: OpenTelemetry's own is too small, and says so by a series without a target.</summary>
    [Fact]
    public async Task Metrics_MoreTargetsThanThereIsRoomFor_AreSummedUp()
    {
        var series = await SeriesAsync(30, b => b.AddAutoScalingInstrumentation(maxTargets: 20));
        Assert.Contains(series, s => s.Metric == "autoscaling.replicas.max" && s.Tags.ContainsKey("otel.metric.overflow"));
    }

    [Fact]
    public async Task Metrics_NotPerTarget_AreFewAndComplete()
    {
        var series = await SeriesAsync(100, b => b.AddAutoScalingInstrumentation(perTarget: false));
        Assert.DoesNotContain(series, s => s.Tags.ContainsKey(Target));
        Assert.Equal(100, series.Where(s => s.Metric == "autoscaling.decisions").Sum(s => s.Sum));
        Assert.DoesNotContain(series, s => s.Metric.StartsWith("autoscaling.replicas.", StringComparison.Ordinal));
        Assert.Contains(series, s => s.Metric == "autoscaling.evaluation.duration");
        Assert.InRange(series.Count, 1, 50);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public void Metrics_RoomOutsideItsBounds_IsRefused(int maxTargets)
    {
        var error = Assert.Throws<ScalingException>(() => Sdk.CreateMeterProviderBuilder().AddAutoScalingInstrumentation(maxTargets));
        Assert.Equal($"MaxTargets must be between 1 and 100000, but is {maxTargets}.", error.Message);
    }

    /// <summary>Of every instrument that tells of targets there is a limit, with its other tags.</summary>
    [Fact]
    public void Limits_AreThoseOfThePageOnTelemetry()
    {
        var rows =
            from line in new Document("docs/telemetry.md").Lines
            where line.StartsWith("| `autoscaling.", StringComparison.Ordinal)
            let cells = line.Split('|', StringSplitOptions.TrimEntries)
            where cells.Length == 7 && cells[4].Contains($"`{Target}`", StringComparison.Ordinal)
            select $"{cells[1].Trim('`')}: {cells[4].Replace("`", "", StringComparison.Ordinal)}";
        var limits = SeriesLimits.Instruments.Select(i => $"{i.Name}: {string.Join(", ", [Target, .. i.Tags])}");
        Assert.Equal(rows.Order(StringComparer.Ordinal), limits.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Traces_OfEvaluations_AreCollected()
    {
        List<System.Diagnostics.Activity> activities = [];
        using var host = Build(1, services => services.AddOpenTelemetry().WithTracing(t => t
            .AddAutoScalingInstrumentation().AddProcessor(new SimpleActivityExportProcessor(new List(activities)))));
        host.Services.GetRequiredService<TracerProvider>();
        await host.Services.GetRequiredService<IAutoScaler>().TickAsync(Stop);
        Assert.Contains(activities, a => a.OperationName == "autoscaling.evaluate" && (string?)a.GetTagItem(Target) == "target-0");
    }

    private static async Task<List<(string Metric, Dictionary<string, object?> Tags, long Sum)>> SeriesAsync(int targets, Action<MeterProviderBuilder> add)
    {
        List<Metric> exported = [];
        using var host = Build(targets, services => services.AddOpenTelemetry().WithMetrics(m =>
        {
            add(m);
            m.AddInMemoryExporter(exported);
        }));
        var provider = host.Services.GetRequiredService<MeterProvider>();
        await host.Services.GetRequiredService<IAutoScaler>().TickAsync(Stop);
        provider.ForceFlush();
        List<(string, Dictionary<string, object?>, long)> series = [];
        foreach (var metric in exported)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                Dictionary<string, object?> tags = new(StringComparer.Ordinal);
                foreach (var tag in point.Tags) tags[tag.Key] = tag.Value;
                series.Add((metric.Name, tags, metric.MetricType == MetricType.LongSum ? point.GetSumLong() : 0));
            }
        }

        return series;
    }

    private static IHost Build(int targets, Action<IServiceCollection> telemetry)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(time);
        var scaling = builder.Services.AddAutoScaling(o => o.StartJitter = 0)
            .UseScaler(_ => new FakeScaler(time, 2)).UseMetrics(_ => new Steady(time));
        for (var i = 0; i < targets; i++) scaling.AddPolicy($"target-{i}", cpuTarget: 70);
        telemetry(builder.Services);
        var host = builder.Build();
        // Loaded now: time that passes from here on makes them due.
        Assert.Equal(targets, host.Services.GetRequiredService<IAutoScaler>().GetStatus().Targets.Length);
        time.Advance(TimeSpan.FromMinutes(1));
        return host;
    }

    private sealed class Steady(TimeProvider time) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => new(ServiceMetrics.Of(time.GetUtcNow(), cpu: 90));
    }

    private sealed class List(List<System.Diagnostics.Activity> activities) : BaseExporter<System.Diagnostics.Activity>
    {
        public override ExportResult Export(in Batch<System.Diagnostics.Activity> batch)
        {
            foreach (var activity in batch) activities.Add(activity);
            return ExportResult.Success;
        }
    }
}
