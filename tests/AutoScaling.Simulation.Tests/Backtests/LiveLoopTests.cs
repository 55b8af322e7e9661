using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Simulation.Tests.Backtests;

/// <summary>A backtest beside the live loop: what the policy saw in the one is shown to the other.</summary>
public sealed class LiveLoopTests
{
    public static TheoryData<ScalingPolicy> Policies =>
    [
        Candidate.Hpa(70).Policy!,
        Candidate.Threshold().Policy!,
        Traces.Tracking() with { Rules = [new ForecastRule { Load = MetricRef.RequestRate, Mode = ForecastMode.Full }] },
        Traces.Tracking(60) with
        {
            Rules =
            [
                new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 60 },
                new BacklogRule { Metric = "queue", ArrivalMetric = "request_rate", ThroughputPerReplica = 9 },
                new ScheduleRule { Start = "0 3 * * *", End = "0 9 * * *", Replicas = 12, TimeZone = "Europe/Berlin" },
            ],
            Behavior = new()
            {
                ScaleUp = new() { Cooldown = TimeSpan.FromMinutes(2), RateLimits = [RateLimit.Replicas(4, TimeSpan.FromMinutes(1))] },
                ScaleDown = new() { Cooldown = TimeSpan.FromMinutes(3), StabilizationWindow = TimeSpan.FromMinutes(2) },
            },
        },
        Traces.Tracking(60) with
        {
            Rules =
            [
                new QueueingRule { ArrivalMetric = "request_rate", Objective = TimeSpan.FromSeconds(1), LatencyMetric = "queue" },
                new ConcurrencyRule { Metric = "concurrency", Target = 1 },
            ],
        },
    ];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Run_SameObservationsAsTheLiveLoop_DecidesTheSame(ScalingPolicy policy)
    {
        var seen = new List<(DateTimeOffset At, ScalingObservation Observation)>();
        var model = Traces.Service with
        {
            StartDelay = StartDelay.LogNormal(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(150)),
            WarmUp = TimeSpan.FromSeconds(90),
            Drain = TimeSpan.FromSeconds(45),
            Pipeline = new() { ScrapePeriod = TimeSpan.FromSeconds(30), Window = TimeSpan.FromSeconds(60), PublicationLag = TimeSpan.FromSeconds(15), InitialDelay = TimeSpan.FromSeconds(30) },
        };
        var run = Traces.Run(Candidate.Of(policy with { Rules = [.. policy.Rules.Select(r => new Witness(r, seen))] }), Traces.Days(1), model);
        Assert.InRange(run.Scalings.Length, 10, 1000);

        // Folded by hand,
        var state = ScalingState.New;
        var folded = new List<string>();
        foreach (var (at, observation) in seen)
        {
            var decision = ScalingDecisionEngine.Decide(policy, state, observation, at);
            state = state.After(decision, decision.From == decision.To ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
            folded.Add(decision.ToJson());
        }

        // and by the loop, whose ports show the same.
        var time = new FakeTimeProvider(seen[0].At);
        var ports = new Ports();
        var records = new List<ScalingRecord>();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time);
        services.AddAutoScaling(o => (o.RunLoop, o.StartJitter) = (false, 0)).UseScaler(_ => ports).UseMetrics(_ => ports).AddPolicy(policy).OnEvaluated(records.Add);
        await using var provider = services.BuildServiceProvider();
        var autoScaler = provider.GetRequiredService<IAutoScaler>();
        foreach (var (at, observation) in seen)
        {
            time.SetUtcNow(at);
            ports.Observation = observation;
            await autoScaler.TickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(folded, records.Select(r => r.Decision!.ToJson()));
        Assert.Equal(run.Scalings.Select(s => s.ToJson()), records.Where(r => r.Outcome.Kind == ScaleOutcomeKind.Applied).Select(r => r.Decision!.ToJson()));
    }

    private sealed record Witness(ScalingRule Inner, List<(DateTimeOffset At, ScalingObservation Observation)> Seen) : ScalingRule
    {
        public override string Name { get; init; } = Inner.Name;

        public override System.Collections.Immutable.ImmutableArray<MetricRef> Metrics => Inner.Metrics;

        public override bool OnlyBounds => Inner.OnlyBounds;

        public override bool Remembers => Inner.Remembers;

        public override Recommendation Recommend(in RuleContext context)
        {
            if (Seen.Count == 0 || Seen[^1].At != context.Now) Seen.Add((context.Now, context.Observation));
            return Inner.Recommend(context);
        }

        public override int Project(in RuleContext context, int replicas, in Recommendation recommended) => Inner.Project(context, replicas, recommended);
    }

    private sealed class Ports : IMetricsProvider, IScaler
    {
        public ScalingObservation Observation { get; set; } = null!;

        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => new(Observation.Metrics);

        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) => new(Observation.Replicas);

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) => new(ScaleOutcome.Applied);
    }
}
