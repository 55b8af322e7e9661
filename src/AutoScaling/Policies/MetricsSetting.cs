using System.Text.Json.Nodes;
using AutoScaling.Behaviors;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>What a policy knows of its metrics: a map by metric.</summary>
internal sealed class MetricsSetting : Setting<ScalingPolicy>
{
    private const string Key = "metrics";

    public override ScalingPolicy Read(SettingsReader settings, ScalingPolicy seed)
    {
        var table = MetricSettings.Table;
        MetricExpectation Named(SettingsReader inner) =>
            inner.Try(table.Seed, m => m with { Metric = MetricText.Read("metric", inner.Key!) });
        return settings.Map(Key, seed, table.What, inner => table.Read(inner, Named(inner)), (p, v) => p with { Metrics = v });
    }

    public override void Write(JsonObject into, ScalingPolicy value, ScalingPolicy seed, bool all)
    {
        if (value.Metrics.AsSpan().SequenceEqual(seed.Metrics.AsSpan())) return;
        var map = new JsonObject();
        foreach (var metric in value.Metrics)
            map.Add(MetricText.WriteKey("Metric", metric.Metric), MetricSettings.Table.Write(metric, MetricSettings.Table.Seed, all));

        into.Add(Key, map);
    }

    public override IEnumerable<BrokenSetting> Broken(ScalingPolicy value) => value.Metrics.IsEmpty
        ? []
        : value.Metrics.SelectMany(metric =>
            MetricSettings.Table.Broken(metric).Select(broken => broken.Below($".{Key}.{metric.Metric}")));

    public override IEnumerable<SettingInfo> Describe(ScalingPolicy seed, bool known) =>
    [
        new()
        {
            Key = Key,
            Doc = "What the policy knows of its metrics, by metric: plausible values, what it means that there is none, "
                + "whether it follows the load.",
            Words = "a map by metric",
            IsNullable = true,
            Map = MetricSettings.Table.Describe(MetricSettings.Table.Seed, known),
        },
    ];
}
