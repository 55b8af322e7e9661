using System.Collections.Immutable;

namespace AutoScaling.Simulation.Lint;

/// <summary>How much of one metric there is. What falls with the replicas is what all of them together would read.</summary>
internal readonly record struct Signal(MetricRef Metric, bool FallsWithReplicas, double Amount);

/// <summary>The loads that are worth a look: those at which one metric is near a value where a rule changes its mind.</summary>
internal sealed class LoadGrid
{
    private const int MostEdges = 24, ConsecutiveCounts = 24, SparseCounts = 8;

    // Shares of an edge to look at. What happens only within 2 % of an edge is too rare to be a trap.
    private static readonly ImmutableArray<double> Offsets = [1.02, 1.1, 1.25, 1.5, 0.98, 0.9, 0.75, 0.5];
    private static readonly ImmutableArray<double> AnyValues = [1, 10, 30, 100, 300, 1000];

    private readonly List<Gauge> _gauges = [];

    public LoadGrid(LintSubject subject)
    {
        var up = 1 + subject.Policy.Behavior.ScaleUp.Tolerance;
        var down = 1 - subject.Policy.Behavior.ScaleDown.Tolerance;
        foreach (var comparison in subject.Counting.SelectMany(rule => rule.Description?.Comparisons ?? []))
        {
            var edges = comparison.Edges.SelectMany(edge => comparison.HasTolerance ? new[] { edge * down, edge, edge * up } : [edge]);
            Add(comparison.Metric, comparison.Nature, edges);
        }

        // Rules that do not describe themselves come last: they may read what a rule above already told the nature of.
        foreach (var rule in subject.Counting)
        {
            if (rule is not { Description: null, Rule: ForeignRule undescribed }) continue;
            foreach (var metric in undescribed.Reads) Add(metric, MetricNature.Total, AnyValues);
        }

        Counts = [.. CountsIn(subject.Policy.Range)];
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
        // Where no rule reads anything, there is one load: none.
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

    private static IEnumerable<int> CountsIn(ReplicaRange range)
    {
        long count = Math.Max(1, range.Min);
        for (var i = 0; i < ConsecutiveCounts + SparseCounts && count <= range.Max; i++)
        {
            yield return (int)count;
            count = i < ConsecutiveCounts ? count + 1 : count * 2;
        }
    }

    private void Add(MetricRef metric, MetricNature nature, IEnumerable<double> edges)
    {
        var gauge = _gauges.Find(g => g.Metric == metric);
        if (gauge is null) _gauges.Add(gauge = new(metric, nature));
        foreach (var edge in edges)
        {
            if (edge > 0 && double.IsFinite(edge)) gauge.Edges.Add(edge);
        }
    }

    private sealed class Gauge(MetricRef metric, MetricNature nature)
    {
        public MetricRef Metric { get; } = metric;

        public SortedSet<double> Edges { get; } = [];

        public Signal At(double value, int replicas) =>
            new(Metric, nature == MetricNature.Average, nature == MetricNature.Total ? value : value * replicas);
    }
}
