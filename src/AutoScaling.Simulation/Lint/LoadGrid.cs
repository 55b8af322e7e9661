using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>How much of one metric there is. What falls with the replicas is what all of them together would read.</summary>
internal readonly record struct Signal(MetricRef Metric, bool FallsWithReplicas, double Amount);

/// <summary>The loads that are worth a look: those at which one metric is near a value where a rule changes its mind.</summary>
internal sealed class LoadGrid
{
    private const int MostEdges = 24, ConsecutiveCounts = 24, SparseCounts = 8;

    // Wide steps: what happens only within 2 % of an edge is no trap.
    private static readonly ImmutableArray<double> Offsets = [1.02, 1.1, 1.25, 1.5, 0.98, 0.9, 0.75, 0.5];
    private static readonly ImmutableArray<double> AnyValues = [1, 10, 30, 100, 300, 1000];

    private readonly List<Gauge> _gauges = [];

    public LoadGrid(LintSubject subject)
    {
        var up = 1 + subject.Policy.Behavior.ScaleUp.Tolerance;
        var down = 1 - subject.Policy.Behavior.ScaleDown.Tolerance;
        foreach (var rule in subject.Counting)
        {
            switch (rule)
            {
                case ThresholdRule threshold:
                    Add(threshold.CpuMetric, Nature.Average, threshold.CpuTarget / 2, threshold.CpuTarget);
                    if (threshold.MemoryTarget is { } memory) Add(threshold.MemoryMetric, Nature.Average, memory);
                    break;
                case TargetTrackingRule tracking:
                    Add(tracking.Metric, NatureOf(tracking.Kind), tracking.Target * down, tracking.Target, tracking.Target * up);
                    break;
                case StepRule steps:
                    Add(steps.Metric, steps.IsTotal ? Nature.Total : Nature.Average, [.. steps.Steps.SelectMany(s => new[] { s.From, s.Below }).OfType<double>()]);
                    break;
                case BacklogRule backlog:
                    Add(backlog.Metric, Nature.TotalOfReplicas, backlog.ThroughputPerReplica * backlog.DrainTime.TotalSeconds);
                    if (backlog.ArrivalMetric is { } arrivals) Add(arrivals, Nature.TotalOfReplicas, backlog.ThroughputPerReplica);
                    break;
            }
        }

        // The user's own rules may read what a rule above already told the nature of.
        foreach (var metric in subject.Counting.OfType<ForeignRule>().SelectMany(rule => rule.Reads)) Add(metric, Nature.Total, AnyValues.AsSpan());
        Counts = [.. CountsIn(subject.Policy.Range)];
    }

    private enum Nature
    {
        /// <summary>It falls as replicas are added.</summary>
        Average,

        /// <summary>It does not, and is compared with what so many replicas can do.</summary>
        TotalOfReplicas,

        /// <summary>It does not, and is compared as it is.</summary>
        Total,
    }

    /// <summary>The first counts of the range, and some beyond.</summary>
    public ImmutableArray<int> Counts { get; }

    /// <summary>No load at all.</summary>
    public ImmutableArray<Signal> None => [.. _gauges.Select(gauge => gauge.At(0, 1))];

    /// <summary>Loads for so many replicas.</summary>
    public IEnumerable<ImmutableArray<Signal>> For(int replicas) => For(replicas, Offsets);

    /// <summary>The same at the very edges, whose figures a reader knows from the policy.</summary>
    public IEnumerable<ImmutableArray<Signal>> AtEdges(int replicas) => For(replicas, [1]);

    private IEnumerable<ImmutableArray<Signal>> For(int replicas, ImmutableArray<double> offsets)
    {
        // A policy whose rules read nothing is looked at once.
        if (_gauges.Count == 0) yield return [];

        // Each metric alone, and with the others in the middle of what they may be.
        double[] backgrounds = _gauges.Count > 1 ? [0.75, 0] : [0];
        foreach (var gauge in _gauges)
        {
            foreach (var edge in gauge.Edges.Take(MostEdges))
            {
                foreach (var offset in offsets)
                {
                    foreach (var background in backgrounds) yield return Load(gauge, edge * offset, background);
                }
            }
        }

        ImmutableArray<Signal> Load(Gauge varied, double value, double background) =>
            [.. _gauges.Select(gauge => gauge.At(gauge == varied ? value : gauge.Edges.Max * background, replicas))];
    }

    private static Nature NatureOf(TargetKind kind) => kind switch
    {
        TargetKind.TotalValue => Nature.Total,
        TargetKind.TotalPerReplica => Nature.TotalOfReplicas,
        _ => Nature.Average,
    };

    private static IEnumerable<int> CountsIn(ReplicaRange range)
    {
        long count = Math.Max(1, range.Min);
        for (var i = 0; i < ConsecutiveCounts + SparseCounts && count <= range.Max; i++)
        {
            yield return (int)count;
            count = i < ConsecutiveCounts ? count + 1 : count * 2;
        }
    }

    private void Add(MetricRef metric, Nature nature, params ReadOnlySpan<double> edges)
    {
        var gauge = _gauges.Find(g => g.Metric == metric);
        if (gauge is null) _gauges.Add(gauge = new(metric, nature));
        foreach (var edge in edges)
        {
            if (edge > 0 && double.IsFinite(edge)) gauge.Edges.Add(edge);
        }
    }

    private sealed class Gauge(MetricRef metric, Nature nature)
    {
        public MetricRef Metric { get; } = metric;

        public SortedSet<double> Edges { get; } = [];

        public Signal At(double value, int replicas) => new(Metric, nature == Nature.Average, nature == Nature.Total ? value : value * replicas);
    }
}
