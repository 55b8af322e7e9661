using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A map of texts, such as environment variables. Its values may be secrets, and stand in no sentence.</summary>
internal sealed class TextMapSetting<T>(
    string key,
    string doc,
    Func<T, ImmutableDictionary<string, string>> get,
    Func<T, ImmutableDictionary<string, string>, T> with) : Setting<T>
{
    public override T Read(SettingsReader settings, T seed)
    {
        // Null is an empty map: configuration has no other way to say it.
        if (!settings.Find(key, out var node) || node is null || SettingValues.Text(node) is "") return seed;
        if (node is not JsonObject map)
        {
            settings.Error($"{SettingValues.NameOf(key)} must be a map of texts, but is no map.", node);
            return seed;
        }

        var texts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            if (value is JsonObject or JsonArray)
                settings.Error($"{SettingValues.NameOf(key)} must be a map of texts, but the value of '{name}' is no text.", value);
            else texts[name] = SettingValues.Text(value) ?? "";
        }

        return settings.Try(seed, current => with(current, texts.ToImmutable()), node);
    }

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
        if (!all && get(value).IsEmpty) return;
        var map = new JsonObject();
        foreach (var (name, text) in get(value)) map.Add(name, text);
        into.Add(key, map);
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) =>
    [
        new()
        {
            Key = key,
            Doc = doc,
            Words = "a map of texts",
            Schema = () => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } },
        },
    ];
}
