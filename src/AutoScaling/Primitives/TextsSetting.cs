using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A list of texts, or one of them alone.</summary>
internal sealed class TextsSetting<T>(
    string key, string doc, Func<T, ImmutableArray<string>> get, Func<T, ImmutableArray<string>, T> with) : Setting<T>
{
    public override T Read(SettingsReader settings, T seed) => settings.Texts(key, seed, with);

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
        var texts = get(value);
        if (!all && texts.AsSpan().SequenceEqual(get(seed).AsSpan())) return;
        into.Add(key, new JsonArray([.. texts.Select(text => SettingKinds.Text().Write(SettingValues.NameOf(key), text))]));
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) =>
    [
        new()
        {
            Key = key,
            Doc = doc,
            Words = "text, or a list of texts",
            Schema = () => new()
            {
                ["type"] = new JsonArray("array", "string", "null"),
                ["items"] = new JsonObject { ["type"] = "string" },
            },
        },
    ];
}
