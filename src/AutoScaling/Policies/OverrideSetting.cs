using System.Globalization;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>What the policy itself says of its target before all rules: a pause or a hold, with end, reason and author.</summary>
internal sealed class OverrideSetting : Setting<ScalingPolicy>
{
    private const string Key = "override";
    private const string Doc =
        "A pause or a hold that goes before rules and bounds, until its time is over or the policy no longer says so; null: none.";

    private static SettingsTable<Draft> Table { get; } = SettingsTable
        .Of("an override", new Draft(), "What goes before rules and bounds.")
        .Choice(
            "kind", "Nothing is scaled (pause), or nothing in one direction, or there are as many replicas as are said (hold).",
            d => d.Kind, (d, v) => d with { Kind = v })
        .WholeNumber(
            "replicas", "The count that is held; only with hold.",
            d => d.Replicas, (d, v) => d with { Replicas = v }, Bounds.Count, none: d => d with { Replicas = null })
        .Text(
            "until", "When it is over: a date and time with its zone, such as 2026-12-24T18:00:00Z; null: when the policy changes.",
            d => d.Until?.ToString("O", CultureInfo.InvariantCulture), (d, v) => d with { Until = Moment(v) },
            none: d => d with { Until = null })
        .Text("reason", "Why.", d => d.Reason, (d, v) => d with { Reason = v }, none: d => d with { Reason = null })
        .Text("by", "By whom.", d => d.By, (d, v) => d with { By = v }, none: d => d with { By = null });

    public override ScalingPolicy Read(SettingsReader settings, ScalingPolicy seed) => settings.Block(Key, seed, Table.What, Said);

    public override void Write(JsonObject into, ScalingPolicy value, ScalingPolicy seed, bool all)
    {
        if (value.Override == seed.Override) return;

        // The kind is always there: configuration knows no empty block.
        var nothing = Table.Seed with { Kind = (ScalingOverrideKind)(-1) };
        into.Add(Key, value.Override is { } said ? Table.Write(Draft.Of(said), nothing, all: false) : null);
    }

    public override IEnumerable<SettingInfo> Describe(ScalingPolicy seed, bool known) =>
        [new() { Key = Key, Doc = Doc, Words = "a block", IsNullable = true, Block = Table.Describe(Table.Seed, known) }];

    private static ScalingPolicy Said(SettingsReader settings, ScalingPolicy policy)
    {
        var before = settings.ErrorCount;
        var draft = Table.Read(settings, Table.Seed);
        return settings.ErrorCount > before ? policy : settings.Try(policy, p => p with { Override = draft.Make() });
    }

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw Bounds.Broken("Until", "a date and time such as 2026-12-24T18:00:00Z", text);

    /// <summary>What a block says before it is known to be right as a whole.</summary>
    private sealed record Draft
    {
        public ScalingOverrideKind Kind { get; init; }

        public int? Replicas { get; init; }

        public DateTimeOffset? Until { get; init; }

        public string? Reason { get; init; }

        public string? By { get; init; }

        public static Draft Of(ScalingOverride said) =>
            new() { Kind = said.Kind, Replicas = said.Replicas, Until = said.Until, Reason = said.Reason, By = said.By };

        public ScalingOverride Make() => new(Kind, Replicas, since: null, Until, Reason, By);
    }
}
