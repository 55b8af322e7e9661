using System.Collections.Immutable;

namespace AutoScaling.Simulation.Tests.Reports;

/// <summary>Believable backtests for reports: the production engine on a wave of load, with a start delay, and plain scores.</summary>
internal static class SampleRuns
{
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    /// <summary>Days with a peak at noon, and a burst every now and then.</summary>
    public static Workload Days(string name, int days, double peak = 200)
    {
        var steps = days * 5760;
        return Workload(name, [.. Enumerable.Range(0, steps).Select(i => Load(i, peak))], scoredFrom: steps / 4);
    }

    public static Workload Workload(string name, ImmutableArray<double> load, int scoredFrom = 0, double capacity = 10)
    {
        var trace = new LoadTrace(name, [.. load.Select((value, i) => new LoadPoint(i * Step, value))], new(2024, 3, 5, 0, 0, 0, TimeSpan.Zero));
        var model = new ServiceModel { CapacityPerReplica = capacity };
        ImmutableArray<int> demand = [.. load.Select(model.Demand)];
        ImmutableArray<int> ahead = [.. demand.Select((_, i) => demand.AsSpan(i, Math.Min(5, demand.Length - i)).ToArray().Max())];
        return new()
        {
            Trace = trace,
            Model = model,
            Step = Step,
            ScoredFrom = scoredFrom,
            Load = load,
            Demand = demand,
            ClairvoyantDesired = ahead,
            ClairvoyantReady = ahead,
        };
    }

    public static Comparison Compare(ImmutableArray<Candidate> candidates, params ImmutableArray<Workload> workloads) => new()
    {
        Candidates = candidates,
        Workloads = workloads,
        Runs = [.. workloads.SelectMany(w => candidates.Select(c => Run(c, w)))],
    };

    public static BacktestRun Run(Candidate candidate, Workload workload)
    {
        if (candidate.Policy is { } policy) return Decide(candidate, policy, workload);
        var constant = candidate.Kind == CandidateKind.StaticPeak ? workload.Demand.Max() : (int)Math.Ceiling(workload.Demand.Average());
        return Of(candidate, workload, candidate.Kind == CandidateKind.Clairvoyant ? workload.ClairvoyantReady : [.. Enumerable.Repeat(constant, workload.Load.Length)]);
    }

    /// <summary>A backtest whose ready replicas are given.</summary>
    public static BacktestRun Of(Candidate candidate, Workload workload, ImmutableArray<int> ready, ImmutableArray<int>? desired = null, params ImmutableArray<ScalingDecision> scalings) => new()
    {
        Candidate = candidate,
        Workload = workload,
        Scores = Score(workload, ready, scalings),
        Ready = ready,
        Desired = desired ?? ready,
        Utilization = [.. ready.Select((r, i) => r == 0 ? float.NaN : (float)Math.Min(1, workload.Load[i] / (r * workload.Model.CapacityPerReplica)))],
        Backlog = [.. ready.Select(_ => 0f)],
        Scalings = scalings,
    };

    private static BacktestRun Decide(Candidate candidate, ScalingPolicy policy, Workload workload)
    {
        var (state, desired, ready) = (ScalingState.New, workload.Demand[0], workload.Demand[0]);
        var readies = ImmutableArray.CreateBuilder<int>();
        var desireds = ImmutableArray.CreateBuilder<int>();
        var scalings = ImmutableArray.CreateBuilder<ScalingDecision>();
        Queue<(int At, int Count)> starting = [];
        for (var i = 0; i < workload.Load.Length; i++)
        {
            while (starting.TryPeek(out var started) && started.At <= i) ready = Math.Min(desired, Math.Max(ready, starting.Dequeue().Count));
            var now = workload.Trace.Start + (i * workload.Step);
            var use = Math.Min(100, 100 * workload.Load[i] / (ready * workload.Model.CapacityPerReplica));
            var replicas = new ReplicaStatus { Desired = desired, Ready = ready, Starting = desired - ready };
            var decision = ScalingDecisionEngine.Decide(policy, state, new() { Replicas = replicas, Metrics = ServiceMetrics.Of(now, use) }, now);
            state = state.After(decision, decision.From == decision.To ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
            if (decision.To != decision.From)
            {
                scalings.Add(decision);
                desired = decision.To;
                ready = Math.Min(ready, desired);
                if (desired > ready) starting.Enqueue((i + 4, desired));
            }

            readies.Add(ready);
            desireds.Add(desired);
        }

        return Of(candidate, workload, readies.ToImmutable(), desireds.ToImmutable(), scalings.ToImmutable());
    }

    private static Scorecard Score(Workload workload, ImmutableArray<int> ready, ImmutableArray<ScalingDecision> scalings)
    {
        var steps = Enumerable.Range(workload.ScoredFrom, workload.Load.Length - workload.ScoredFrom).ToList();
        double Mean(Func<int, double> of) => steps.Average(of);
        double Over(int i) => Math.Max(0, ready[i] - workload.Demand[i]);
        double Under(int i) => Math.Max(0, workload.Demand[i] - ready[i]);
        double Moves(IReadOnlyList<int> counts) => steps.Skip(1).Sum(i => Math.Abs(counts[i] - counts[i - 1]));
        var hours = steps.Count * workload.Step.TotalHours;
        var total = steps.Sum(i => workload.Load[i]);
        var shortage = 100 * steps.Where(i => Under(i) > 0).Sum(i => workload.Load[i]) / total;
        var scored = scalings.Where(s => s.At >= workload.Trace.Start + (workload.ScoredFrom * workload.Step)).ToList();
        return new()
        {
            UnderProvisioning = 100 * Mean(i => Under(i) / workload.Demand[i]),
            OverProvisioning = 100 * Mean(i => Over(i) / workload.Demand[i]),
            OverProvisioningOfSupply = 100 * Mean(i => ready[i] == 0 ? 0 : Over(i) / ready[i]),
            UnderTime = 100 * Mean(i => Under(i) > 0 ? 1 : 0),
            AtMaximumTime = 0,
            OverTime = 100 * Mean(i => Over(i) > 0 ? 1 : 0),
            Instability = 100 * steps.Skip(1).Average(i => Math.Sign(ready[i] - ready[i - 1]) == Math.Sign(workload.Demand[i] - workload.Demand[i - 1]) ? 0 : 1),
            InstabilityUp = 0,
            InstabilityDown = 0,
            Jitter = (Moves(ready) - Moves(workload.Demand)) / (hours * 60),
            MissingReplicas = Mean(Under),
            SpareReplicas = Mean(Over),
            ReplicaHours = hours * Mean(i => ready[i]),
            PaidReplicaHours = hours * Mean(i => ready[i]) * 1.01,
            RelativeCost = Mean(i => ready[i]) / Mean(i => workload.ClairvoyantReady[i]),
            ShortageShare = shortage,
            DroppedShare = shortage / 20,
            LatencyP50 = TimeSpan.FromMilliseconds(104),
            LatencyP95 = TimeSpan.FromMilliseconds(210 + (40 * shortage)),
            LatencyP99 = TimeSpan.FromMilliseconds(420 + (350 * shortage)),
            OverObjectiveShare = shortage / 3,
            ScaleUps = scored.Count(s => s.Direction == ScaleDirection.Up),
            ScaleDowns = scored.Count(s => s.Direction == ScaleDirection.Down),
            Reversals = scored.Zip(scored.Skip(1)).Count(pair => pair.First.Direction != pair.Second.Direction),
            Hours = hours,
        };
    }

    private static double Load(int i, double peak)
    {
        var hour = i % 5760 / 240.0;
        var wave = 0.5 - (0.5 * Math.Cos(2 * Math.PI * hour / 24));
        var noise = 0.04 * Math.Sin(i * 0.37) * Math.Cos(i / 4 * 1.73);
        var burst = i % 1931 < 60 ? 0.45 : 0;
        return Math.Round(peak * Math.Max(0, 0.06 + (0.7 * wave) + noise + burst), 4);
    }
}
