using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A map of blocks of settings, each of which has its key as its name.</summary>
internal sealed class MapSetting<T, TItem>(
    string key,
    string doc,
    Func<T, ImmutableArray<TItem>> get,
    Func<T, ImmutableArray<TItem>, T> with,
    SettingsTable<TItem> items) : Setting<T>
{
    /// <summary>An item of which nothing is said but its name.</summary>
    public required Func<string, TItem> Named { get; init; }

    public required Func<TItem, string> NameOf { get; init; }

    public override T Read(SettingsReader settings, T seed) =>
        settings.Map(key, seed, items.What, inner => items.Read(inner, Named(inner.Key!)), with);

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
        if (!all && get(value).AsSpan().SequenceEqual(get(seed).AsSpan())) return;
        var map = new JsonObject();
        foreach (var item in get(value)) map.Add(NameOf(item), items.Write(item, Named(NameOf(item)), all));
        into.Add(key, map);
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) =>
        [new() { Key = key, Doc = doc, Words = "a map by name", IsNullable = true, Map = items.Describe(items.Seed, known) }];
}
