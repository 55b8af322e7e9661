using AutoScaling.Primitives;

namespace AutoScaling.Rules.Fixed;

/// <summary>The settings of a <see cref="FixedRule"/> in documents.</summary>
internal static class FixedSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "fixed",
        new FixedRule { Replicas = 3 },
        table => table.WholeNumber(
            "replicas", "The count to ask for.", r => r.Replicas, (r, v) => r with { Replicas = v }, Bounds.Count, required: true),
        "Always asks for the same count.");
}
