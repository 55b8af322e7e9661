using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A key that people look for here, and where it belongs instead.</summary>
internal sealed class MisplacedSetting<T>(string key, string rule) : Setting<T>
{
    public override T Read(SettingsReader settings, T seed)
    {
        if (settings.Has(key) && rule.Length > 0) settings.Error($"{SettingValues.NameOf(key)} {rule}");
        return seed;
    }

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) => [];
}
