using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Tests.Loop;

/// <summary>What the meter shows of the targets.</summary>
public sealed class GaugeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Loop_NobodyAsksForTheAutoScaler_GaugesAreThere()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20).Services.AddMetrics());
        var meters = system.Services.GetRequiredService<IMeterFactory>();
        using var min = new MetricCollector<int>(meters, AutoScalingTelemetry.MeterName, "autoscaling.replicas.min");
        var loop = Assert.Single(system.Services.GetServices<IHostedService>());
        await loop.StartAsync(Stop);
        min.RecordObservableInstruments();
        await loop.StopAsync(Stop);
        Assert.Equal(("web", 1), (min.LastMeasurement!.Tags["autoscaling.target"], min.LastMeasurement.Value));
    }

    [Fact]
    public async Task Replicas_AfterAScaling_SayWhatIsFoundAndWanted()
    {
        var schedule = new ScheduleRule { Start = "0 0 * * *", End = "0 23 * * *", Replicas = 3, Bound = ScheduleBound.Floor };
        using var system = new TestSystem(b => b
            .AddPolicy(new ScalingPolicy { Target = "web", Range = new(2, 20), Rules = [new ThresholdRule { CpuTarget = 70 }, schedule] })
            .Services.AddMetrics())
        { Cpu = 90 };
        Assert.Equal(["web 2"], Shown(system, "replicas.min"));
        Assert.Empty(Shown(system, "replicas.desired"));
        await system.AutoScaler.TickAsync(Stop);

        Assert.Equal(["web 3"], Shown(system, "replicas.min"));
        Assert.Equal(["web 20"], Shown(system, "replicas.max"));
        Assert.Equal(["web 4"], Shown(system, "replicas.desired"));
        Assert.Equal(["web 4"], Shown(system, "replicas.ready"));
        Assert.Equal(["web 6"], Shown(system, "replicas.wanted"));

        system.AutoScaler.SetPolicy(new() { Target = "web", Range = new(1, 9) });
        Assert.Equal(["web 9"], Shown(system, "replicas.max"));
    }

    [Fact]
    public async Task Metric_ReadAndNot_HasAValueWhileItIsRead()
    {
        using var system = new TestSystem(b => b
            .AddPolicy(new ScalingPolicy { Target = "web", Range = new(1, 20), Rules = [new TargetTrackingRule { Metric = "cpu", Target = 70 }] })
            .Services.AddMetrics())
        { Cpu = 90 };
        await TickAsync(system);
        Assert.Equal(["web cpu cpu 90"], Shown(system, "metric.value"));
        Assert.Equal(["web cpu cpu 70"], Shown(system, "metric.target"));

        system.Cpu = double.NaN;
        await TickAsync(system);
        Assert.Empty(Shown(system, "metric.value"));
    }

    [Fact]
    public async Task Target_IsRemoved_IsNotShown()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20).AddPolicy("jobs", max: 20).Services.AddMetrics());
        await TickAsync(system);
        Assert.Equal(["jobs 4", "web 4"], Shown(system, "replicas.wanted"));
        system.AutoScaler.RemovePolicy("web");
        Assert.All(
            ["replicas.min", "replicas.max", "replicas.desired", "replicas.ready", "replicas.wanted", "metric.value", "metric.target"],
            name => Assert.StartsWith("jobs ", Assert.Single(Shown(system, name)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Paused_ByAPersonOrThePolicy_IsShownUntilItIsOver()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("jobs", p => p with { Paused = true }).AddPolicy("api").Services.AddMetrics());
        await TickAsync(system);
        await system.AutoScaler.PauseAsync("web", until: system.Time.GetUtcNow().AddMinutes(5), cancellationToken: Stop);
        Assert.Equal(["api 0", "jobs 1", "web 1"], Shown(system, "paused"));
        system.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["api 0", "jobs 1", "web 0"], Shown(system, "paused"));
    }

    [Fact]
    public async Task Copy_LeadsNoLonger_ShowsNoTargets()
    {
        using var election = new TestElection();
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20).Services.AddMetrics().AddSingleton<ILeaderElection>(election));
        var gate = system.Services.GetRequiredService<LeaderGate>();
        await gate.StartAsync(() => { }, Stop);
        election.Begin(1);
        await gate.FollowAsync((_, _) => Task.CompletedTask);
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(["web 4"], Shown(system, "replicas.wanted"));
        election.End();
        Assert.Empty(Shown(system, "replicas.wanted"));
        Assert.Equal(["0"], Shown(system, "leader"));
    }

    /// <summary>What an instrument shows now: the tags' values, and the number.</summary>
    private static List<string> Shown(TestSystem system, string name)
    {
        _ = system.AutoScaler.GetStatus(); // loads the policies
        var meters = system.Services.GetRequiredService<IMeterFactory>();
        var shown = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == $"autoscaling.{name}" && instrument.Meter.Scope == meters) listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => Add(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Add(value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. shown.Order(StringComparer.Ordinal)];

        void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            shown.Add(string.Join(' ', [.. tags.ToArray().Select(t => t.Value), value]));
    }

    private static async Task TickAsync(TestSystem system)
    {
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(30));
    }
}
