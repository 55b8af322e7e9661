using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>Settings of which exactly one is set.</summary>
internal sealed class AlternativeSettings<T>(ImmutableArray<Setting<T>> settings, T seed) : Setting<T>
{
    public override ImmutableArray<string> Alternatives { get; } =
        [.. settings.SelectMany(s => s.Describe(seed, known: false)).Select(i => i.Key)];

    public override T Read(SettingsReader reader, T start)
    {
        reader.RequireOne(Alternatives.AsSpan());
        return settings.Aggregate(start, (value, setting) => setting.Read(reader, value));
    }

    public override void Write(JsonObject into, T value, T start, bool all)
    {
        foreach (var setting in settings) setting.Write(into, value, start, all: true);
    }

    public override IEnumerable<SettingInfo> Describe(T start, bool known) => settings.SelectMany(s => s.Describe(start, known: false));

    public override IEnumerable<BrokenSetting> Broken(T value) => settings.SelectMany(s => s.Broken(value));
}
