using System.Globalization;
using AutoScaling.Prometheus.Tests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace AutoScaling.OpenTelemetry.Tests;

/// <summary>A host in which everything happens that the meter tells of, and what Prometheus gets of it by OpenTelemetry's exporter.</summary>
public sealed class ScrapedHost : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string _text = "";

    /// <summary>The names of the metrics.</summary>
    public ISet<string> Names { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>The labels that each metric has.</summary>
    internal Dictionary<string, HashSet<string>> Labels { get; } = new(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        var port = FreePorts.Take();
        var evaluated = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waits = new HashSet<string> { "web", "broken", "blind" };
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<ILeaderElection, Alone>();
        builder.Services.AddAutoScaling(o => (o.Interval, o.StartJitter) = (TimeSpan.FromMilliseconds(200), 0))
            .AddPolicy(Policy("web")).AddPolicy(Policy("broken")).AddPolicy(Policy("blind"))
            .UseScaler<SomeScaler>().UseMetrics<SomeMetrics>()
            .OnEvaluated(record =>
            {
                // The second evaluation is within a cooldown.
                lock (waits)
                {
                    if (record.State.Events.Length > 0 || record.Error is not null) waits.Remove(record.Target.Name);
                    if (waits.Count == 0) evaluated.TrySetResult();
                }
            });
        builder.Services.AddOpenTelemetry().WithMetrics(m => m
            .AddAutoScalingInstrumentation()
            .AddPrometheusHttpListener(o => o.Port = port));

        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await evaluated.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new($"http://localhost:{port.ToString(CultureInfo.InvariantCulture)}") };
        _text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
        foreach (var line in _text.Split('\n').Where(l => l.StartsWith("autoscaling_", StringComparison.Ordinal))) Note(line);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override string ToString() => _text;

    private static ScalingPolicy Policy(string target) => new()
    {
        Target = target,
        Range = new(1, 20),
        Rules = [new TargetTrackingRule { Metric = "cpu", Target = 70 }],
        Shadows = [new() { Name = "lower", Policy = new() { Target = target, Rules = [new ThresholdRule { CpuTarget = 40 }] } }],
    };

    private void Note(string line)
    {
        var open = line.IndexOf('{', StringComparison.Ordinal);
        var name = line[..(open < 0 ? line.IndexOf(' ', StringComparison.Ordinal) : open)];
        Names.Add(name);
        if (!Labels.TryGetValue(name, out var labels)) Labels[name] = labels = new(StringComparer.Ordinal);
        if (open < 0) return;
        foreach (var label in line[(open + 1)..line.LastIndexOf('}')].Split("\",")) labels.Add(label.Split('=')[0].Trim());
    }

    private sealed class Alone : ILeaderElection
    {
        public string Identity => "copy-a";

        public string? Leader => Identity;

        public LeaderTerm? Term { get; } = new(() => true, CancellationToken.None) { Number = 1 };

        public ValueTask StartAsync(Action changed, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask ResignAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class SomeScaler : IScaler
    {
        private int _replicas = 2;

        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) =>
            new(ReplicaStatus.AllReady(target.Name == "web" ? _replicas : 2));

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
        {
            if (target.Name == "broken") return new(ScaleOutcome.Failed("it is broken"));
            _replicas = to;
            return new(ScaleOutcome.Applied);
        }
    }

    private sealed class SomeMetrics(TimeProvider time) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => request.Target.Name == "blind"
            ? new(new ServiceMetrics(MetricReading.Missing("cpu", "nobody measures it")))
            : new(ServiceMetrics.Of(time.GetUtcNow(), cpu: 95));
    }
}
