using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>The settings of a <see cref="MetricExpectation"/> in documents, where the metric itself is the key of its block.</summary>
internal static class MetricSettings
{
    private static SettingKind<MissingMeaning> Missing { get; } = new()
    {
        Words = "hold, ignore or a number",
        Parse = (string? text, out MissingMeaning meaning) =>
        {
            meaning = MissingMeaning.Hold;
            if (string.Equals(text, "hold", StringComparison.OrdinalIgnoreCase)) return null;
            if (string.Equals(text, "ignore", StringComparison.OrdinalIgnoreCase))
            {
                meaning = MissingMeaning.Ignore;
                return null;
            }

            if (SettingValues.ParseNumber(text, out var value) is not null) return "hold, ignore or a number";
            meaning = MissingMeaning.Of(value);
            return null;
        },
        Write = (_, meaning) => meaning.Value is { } value ? JsonValue.Create(value) : JsonValue.Create(meaning.ToString()),
        Schema = () => new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["enum"] = new JsonArray("hold", "ignore") },
                new JsonObject { ["type"] = "number" }),
        },
    };

    public static SettingsTable<MetricExpectation> Table { get; } = SettingsTable
        .Of("a metric", new MetricExpectation { Metric = MetricRef.Cpu }, "What the policy knows of one metric.")
        .Number(
            "atLeast", "The least value that is plausible; null: 0, unless the metric may be negative.",
            m => m.AtLeast, (m, v) => m with { AtLeast = v }, none: m => m with { AtLeast = null })
        .Number(
            "atMost", "The largest value that is plausible; null: any that does not stand for \"no value\".",
            m => m.AtMost, (m, v) => m with { AtMost = v }, none: m => m with { AtMost = null })
        .Flag("negative", "Whether negative values make sense.", m => m.Negative, (m, v) => m with { Negative = v })
        .Add(new ValueSetting<MetricExpectation, MissingMeaning>(
            "ifMissing", "What it means that the source answered without a value: replicas are held, the rule has no say, or a value.",
            Missing, m => m.IfMissing, (m, v) => m with { IfMissing = v }))
        .Add(new FailedSetting())
        .Duration(
            "after", "How long after the last usable reading ifMissing and ifFailed begin to speak.",
            m => m.After, (m, v) => m with { After = v }, Bounds.Time)
        .Flag(
            "followsLoad",
            "Whether the metric rises when fewer replicas carry the load; "
                + "if not, a rule asks for one step because of it, not for more and more.",
            m => m.FollowsLoad, (m, v) => m with { FollowsLoad = v })
        .Check(m => m is { AtLeast: { } least, AtMost: { } most } && most < least
            ? $"AtMost must be at least AtLeast ({Phrase.Exact(least)}), but is {Phrase.Exact(most)}."
            : null);
}
