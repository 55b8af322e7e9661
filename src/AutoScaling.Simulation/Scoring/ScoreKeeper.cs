using AutoScaling.Simulation.Model;

namespace AutoScaling.Simulation.Scoring;

/// <summary>What is counted while a backtest runs, and what becomes of it.</summary>
/// <param name="workload">What the load needs.</param>
/// <param name="maximum">The most replicas that the candidate's policy allows; <see langword="null"/> if it has none.</param>
internal sealed class ScoreKeeper(Workload workload, int? maximum = null)
{
    private readonly Latencies _latencies = new(workload.Model);
    private double _arrived, _dropped, _inShortage;
    private long _existing;

    /// <summary>Takes in a step that is scored.</summary>
    public void Add(int step, in QueueStep happened, int ready, int existing, double capacity)
    {
        _arrived += happened.Arrived;
        _dropped += happened.Dropped;
        if (ready < workload.Demand[step]) _inShortage += happened.Arrived;
        _existing += existing;
        _latencies.Add(happened, ready, capacity);
    }

    /// <summary>The scores of what was taken in.</summary>
    /// <param name="ready">The ready replicas of every step.</param>
    /// <param name="desired">The desired replicas of every step.</param>
    public Scorecard Scores(ReadOnlySpan<int> ready, ReadOnlySpan<int> desired)
    {
        var from = workload.ScoredFrom;
        var elasticity = Elasticity.Of(workload.Demand.AsSpan()[from..], ready[from..]);
        var (ups, downs, reversals) = Changes(desired, from);
        var hours = workload.Step.TotalHours;
        var replicaHours = Sum(ready[from..]) * hours;
        var latency = _latencies.Distribution();
        return new()
        {
            UnderProvisioning = 100 * elasticity.MissingShare,
            OverProvisioning = 100 * elasticity.SpareShare,
            OverProvisioningOfSupply = 100 * elasticity.SpareShareOfSupply,
            UnderTime = 100 * elasticity.UnderTime,
            OverTime = 100 * elasticity.OverTime,
            AtMaximumTime = Percent(AtMaximum(desired[from..]), ready.Length - from),
            Instability = 100 * elasticity.Instability,
            InstabilityUp = 100 * elasticity.TooMuch,
            InstabilityDown = 100 * elasticity.TooLittle,
            Jitter = elasticity.Jitter / workload.Step.TotalMinutes,
            MissingReplicas = elasticity.Missing,
            SpareReplicas = elasticity.Spare,
            ReplicaHours = replicaHours,
            PaidReplicaHours = _existing * hours,
            RelativeCost = replicaHours / (Sum(workload.ClairvoyantReady.AsSpan()[from..]) * hours),
            ShortageShare = Percent(_inShortage, _arrived),
            DroppedShare = Percent(_dropped, _arrived),
            LatencyP50 = latency.Quantile(0.5),
            LatencyP95 = latency.Quantile(0.95),
            LatencyP99 = latency.Quantile(0.99),
            OverObjectiveShare = 100 * latency.ShareOver(workload.Model.LatencyObjectiveSeconds),
            ScaleUps = ups,
            ScaleDowns = downs,
            Reversals = reversals,
            Hours = (ready.Length - from) * hours,
        };
    }

    private int AtMaximum(ReadOnlySpan<int> desired)
    {
        var steps = 0;
        foreach (var replicas in desired)
        {
            if (replicas >= maximum) steps++;
        }

        return steps;
    }

    private static (int Ups, int Downs, int Reversals) Changes(ReadOnlySpan<int> desired, int from)
    {
        int ups = 0, downs = 0, reversals = 0, last = 0;
        for (var i = Math.Max(1, from); i < desired.Length; i++)
        {
            var way = Math.Sign(desired[i] - desired[i - 1]);
            if (way == 0) continue;
            if (way > 0) ups++;
            else downs++;
            if (way == -last) reversals++;
            last = way;
        }

        return (ups, downs, reversals);
    }

    private static long Sum(ReadOnlySpan<int> values)
    {
        var sum = 0L;
        foreach (var value in values) sum += value;
        return sum;
    }

    private static double Percent(double part, double all) => all > 0 ? 100 * part / all : 0;
}
