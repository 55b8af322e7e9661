using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>What is read from one metric source: by a policy, and by its shadows beside it. Immutable.</summary>
internal readonly record struct SourceMetrics
{
    // Nearly all policies read one of these. They share them, so that a hundred thousand policies do not each have their own.
    private static readonly ImmutableArray<SourceMetrics> OnlyCpu = [new(null, [MetricRef.Cpu])];
    private static readonly ImmutableArray<SourceMetrics> CpuAndMemory = [new(null, [MetricRef.Cpu, MetricRef.Memory])];

    // Lists that are equal when their contents are, so that policies are, too.
    private readonly ValueList<MetricRef> _metrics, _asked;

    private SourceMetrics(string? source, ImmutableArray<MetricRef> metrics) => (Source, _metrics, _asked) = (source, metrics, metrics);

    /// <summary>The source's registered name; <see langword="null"/> for the default source.</summary>
    public string? Source { get; }

    /// <summary>What the policy's own rules read, each metric once, under its plain name.</summary>
    public ImmutableArray<MetricRef> Metrics => _metrics;

    /// <summary>
    /// What is asked for when shadows decide beside the policy: what they and the policy read, so that one request serves all.
    /// </summary>
    public ImmutableArray<MetricRef> Asked
    {
        get => _asked;
        private init => _asked = value;
    }

    /// <summary>What rules read, source by source.</summary>
    public static ImmutableArray<SourceMetrics> Of(IEnumerable<ScalingRule> rules)
    {
        ImmutableArray<MetricRef> metrics = [.. rules.SelectMany(r => r.Metrics).Distinct()];
        if (metrics.SequenceEqual(OnlyCpu[0].Metrics)) return OnlyCpu;
        if (metrics.SequenceEqual(CpuAndMemory[0].Metrics)) return CpuAndMemory;
        return [.. metrics.GroupBy(m => m.Source, StringComparer.Ordinal).Select(s => new SourceMetrics(s.Key, [.. s.Select(Plain)]))];
    }

    /// <summary>A policy's sources, each with what shadows read from it as well.</summary>
    public static ImmutableArray<SourceMetrics> Share(ImmutableArray<SourceMetrics> sources, IReadOnlyList<ShadowPolicy> shadows)
    {
        if (shadows.Count == 0 && sources.All(s => s.Asked == s.Metrics)) return sources;
        return [.. sources.Select(own => own with { Asked = [.. own.Metrics.Union(ReadFrom(own, shadows))] })];
    }

    /// <summary>The sources that only shadows read, with what they read.</summary>
    public static ImmutableArray<SourceMetrics> Beside(ImmutableArray<SourceMetrics> sources, IReadOnlyList<ShadowPolicy> shadows) =>
    [
        .. Read(shadows).Where(theirs => !sources.Any(theirs.IsSame)).GroupBy(s => s.Source, StringComparer.Ordinal)
            .Select(s => new SourceMetrics(s.Key, [.. s.SelectMany(one => one.Metrics).Distinct()])),
    ];

    private static IEnumerable<MetricRef> ReadFrom(SourceMetrics source, IReadOnlyList<ShadowPolicy> shadows) =>
        Read(shadows).Where(source.IsSame).SelectMany(s => s.Metrics);

    private static IEnumerable<SourceMetrics> Read(IReadOnlyList<ShadowPolicy> shadows) => shadows.SelectMany(s => s.Policy.Sources);

    private static MetricRef Plain(MetricRef metric) => metric.Source is null ? metric : new(metric.Name);

    private bool IsSame(SourceMetrics other) => string.Equals(Source, other.Source, StringComparison.Ordinal);
}
