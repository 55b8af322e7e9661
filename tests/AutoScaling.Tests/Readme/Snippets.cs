using Microsoft.Extensions.Hosting;

namespace AutoScaling.Tests.Readme;

/// <summary>The code of the README, region by region, so that the compiler reads it too. <see cref="ReadmeTests"/> compares the two and runs some of it.</summary>
internal static class Snippets
{
    public static ScalingDecision Embed(DateTimeOffset now)
    {
        #region engine
        var policy = new ScalingPolicy { Target = "web", Range = new(2, 20), Rules = [new ThresholdRule { CpuTarget = 70 }] };
        var state = ScalingState.New;
        var seen = new ScalingObservation { Replicas = ReplicaStatus.AllReady(4), Metrics = ServiceMetrics.Of(now, cpu: 83.1) };
        var decision = ScalingDecisionEngine.Decide(policy, state, seen, now);
        Console.WriteLine(decision.Explain()); // web goes from 4 to 6 replicas. cpu is 83.1, above 70: 'threshold' asks for 6.
        state = state.After(decision, ScaleOutcome.Applied); // save it with state.ToJson()
        #endregion
        return decision;
    }

    public static void Host(HostApplicationBuilder builder)
    {
        #region host
        builder.Services.AddAutoScaling(builder.Configuration.GetSection("AutoScaling")) // settings, and policies that are reloaded
            .UseProcesses(
                new ProcessSpec { Target = "web-service", FileName = "dotnet", Arguments = ["web.dll"], MemoryRequest = 500_000_000 },
                new ProcessSpec { Target = "orders", FileName = "dotnet", Arguments = ["worker.dll"] })
            .AddMeters("app", MeterMetric.Gauge("queue", "Shop", "orders.queued"), MeterMetric.Rate("arrivals", "Shop", "orders.received"))
            .SaveStateTo("autoscaling-state.json") // a restart changes no decision, and a crash scales nothing twice
            .LogDecisionsTo("decisions.jsonl");    // every decision can be made again
        #endregion
    }

    public static async Task Manage(IHost host)
    {
        #region manage
        var autoScaler = host.Services.GetRequiredService<IAutoScaler>();
        autoScaler.Disable("web-service,orders"); // or PauseAsync, HoldAsync, ResumeAsync: in one direction, until when, why and by whom
        await autoScaler.ScaleAsync("orders", 5); // inside the policy's range, or a clear error
        autoScaler.SetPolicy(new ScalingPolicy { Target = "orders", Range = new(2, 30) });
        foreach (var target in autoScaler.GetStatus().Targets) Console.WriteLine(target.LastError ?? target.LastDecision?.Explain());
        #endregion
    }

    #region own
    public sealed record NightRule : ScalingRule
    {
        public override string Name { get; init; } = "night";
        public override Recommendation Recommend(in RuleContext context) =>
            Recommendation.For(context.Now.Hour is >= 22 or < 6 ? 1 : context.Current, "so it is at this hour");
    }
    public sealed class QueueFileMetrics(TimeProvider time) : IMetricsProvider
    {
        // What it throws is a failed reading, never 0.
        public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken stop)
        {
            var waiting = await File.ReadAllLinesAsync($"{request.Target}.queue", stop);
            return new(MetricReading.Available("queue", waiting.Length, time.GetUtcNow()));
        }
    }
    public sealed class CountingScaler : IScaler
    {
        private int _replicas = 1;
        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken stop) =>
            new(ReplicaStatus.AllReady(_replicas));
        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken stop) =>
            new(Interlocked.CompareExchange(ref _replicas, to, from) == from
                ? ScaleOutcome.Applied
                : ScaleOutcome.Rejected("it moved meanwhile"));
    }
    #endregion
}
