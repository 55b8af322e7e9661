using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Configured;

/// <summary>What the configuration says of a metric that is read from an instrument of the host.</summary>
internal sealed record MeterMetricBlock
{
    public required string Name { get; init; }

    public MeterMetricKind Kind { get; init; }

    public string Meter { get; init; } = "";

    public string Instrument { get; init; } = "";

    public double? Level { get; init; }

    public TimeSpan? Window { get; init; }

    public double Factor { get; init; } = 1;

    public MeterCombination Combine { get; init; }

    public string? TargetTag { get; init; }

    public string? InFlight { get; init; }

    public ImmutableDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Makes the metric.</summary>
    /// <exception cref="ScalingException">A setting breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public MeterMetric Make()
    {
        if (Kind == MeterMetricKind.Quantile != Level is not null)
        {
            throw ScalingException.Invalid(
                $"Level must be set for a quantile, and for nothing else, but Kind is {SettingValues.WordOf(Kind)}.");
        }

        var metric = Kind switch
        {
            MeterMetricKind.Gauge => MeterMetric.Gauge(Name, Meter, Instrument),
            MeterMetricKind.Rate => MeterMetric.Rate(Name, Meter, Instrument),
            _ => MeterMetric.Quantile(Name, Meter, Instrument, Level ?? 0),
        };
        metric = metric with
        {
            Window = Window ?? metric.Window,
            Factor = Factor,
            Combine = Combine,
            TargetTag = TargetTag,
            InFlight = InFlight,
        };
        return Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Aggregate(metric, (made, tag) => made.Where(tag.Key, tag.Value));
    }
}

/// <summary>What the configuration says under <c>Meters</c>, by name.</summary>
internal sealed record MeterBlock
{
    public required string Name { get; init; }

    public ImmutableArray<MeterMetricBlock> Metrics { get; init; } = [];

    /// <summary>Makes what policies name; it takes in measurements from now on.</summary>
    public MeterMetricsProvider Make(TimeProvider time) => new(Metrics.Select(metric => metric.Make()), time);
}

/// <summary>The settings of the host's own instruments.</summary>
internal static class MeterSettings
{
    private static readonly SettingsTable<MeterMetricBlock> Metric =
        SettingsTable.Of("a metric of a meter", new MeterMetricBlock { Name = "metric" })
        .Choice("kind", "How the metric is made of the measurements.", m => m.Kind, (m, v) => m with { Kind = v })
        .Text("meter", "The name of the meter.", m => m.Meter, (m, v) => m with { Meter = v }, required: true)
        .Text("instrument", "The name of the instrument.", m => m.Instrument, (m, v) => m with { Instrument = v }, required: true)
        .Number("level", "Which quantile.", m => m.Level, (m, v) => m with { Level = v }, Bounds.Share)
        .Duration("window", "The time that a rate or a quantile is taken over.", m => m.Window, (m, v) => m with { Window = v })
        .Number("factor", "What the value is multiplied by.", m => m.Factor, (m, v) => m with { Factor = v })
        .Choice("combine", "How the values of several tag sets become one.", m => m.Combine, (m, v) => m with { Combine = v })
        .Text(
            "targetTag", "The tag whose value names the target.",
            m => m.TargetTag, (m, v) => m with { TargetTag = v }, none: m => m with { TargetTag = null })
        .Text(
            "inFlight", "The instrument that holds what is in flight.",
            m => m.InFlight, (m, v) => m with { InFlight = v }, none: m => m with { InFlight = null })
        .Add(new TextMapSetting<MeterMetricBlock>("tags", "Tags that measurements must have.", m => m.Tags, (m, v) => m with { Tags = v }))
        .Check(m => Made.WhyNot(() => m.Make()));

    public static SettingsTable<MeterBlock> Table { get; } = SettingsTable.Of("a source of meters", new MeterBlock { Name = "meters" })
        .Add(new MapSetting<MeterBlock, MeterMetricBlock>(
            "metrics", "What is read from instruments, by metric.", m => m.Metrics, (m, v) => m with { Metrics = v }, Metric)
        {
            Named = name => Metric.Seed with { Name = name },
            NameOf = metric => metric.Name,
        })
        .Check(m => m.Metrics.IsEmpty ? "Metrics must be set, but are not." : null);
}
