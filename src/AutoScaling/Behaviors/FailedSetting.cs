using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>What happens while a metric cannot be had: <c>hold</c>, or a block with the replicas to have.</summary>
internal sealed class FailedSetting : Setting<MetricExpectation>
{
    private const string Key = "ifFailed", Hold = "hold";

    private static SettingsTable<MetricExpectation> Inner { get; } = SettingsTable
        .Of("what happens if a metric fails", new MetricExpectation { Metric = MetricRef.Cpu })
        .WholeNumber(
            "replicas", "The replicas to have; none is taken away.",
            m => m.IfFailedReplicas, (m, v) => m with { IfFailedReplicas = v }, Bounds.Count, required: true);

    public override MetricExpectation Read(SettingsReader settings, MetricExpectation seed) => settings.IsBlock(Key)
        ? settings.Block(Key, seed, Inner.What, Inner.Read)
        : settings.Value(
            Key, seed, SettingKinds.OneOf([Hold]).Parse,
            (m, _) => m with { IfFailedReplicas = null }, required: false, none: m => m);

    public override void Write(JsonObject into, MetricExpectation value, MetricExpectation seed, bool all)
    {
        if (value.IfFailedReplicas is { } replicas) into.Add(Key, new JsonObject { ["replicas"] = replicas });
        else if (all || seed.IfFailedReplicas is not null) into.Add(Key, Hold);
    }

    public override IEnumerable<SettingInfo> Describe(MetricExpectation seed, bool known) =>
    [
        new()
        {
            Key = Key,
            Doc = "How many replicas to have while the source fails, or its value is too old or implausible; none is taken away.",
            Words = "hold, or a block with replicas",
            Schema = () => new()
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["enum"] = new JsonArray(Hold) },
                    new JsonObject
                    {
                        ["type"] = "object",
                        ["required"] = new JsonArray("replicas"),
                        ["additionalProperties"] = false,
                        ["properties"] = new JsonObject { ["replicas"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 } },
                    }),
            },
            HasDefault = known,
            Default = Hold,
        },
    ];
}
