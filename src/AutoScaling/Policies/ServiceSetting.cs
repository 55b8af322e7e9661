using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>
/// What a policy is for: a setting, or the policy's key in a map by service. It names the policy in errors, and no other of the document
/// has it.
/// </summary>
internal sealed class ServiceSetting : Setting<ScalingPolicy>
{
    private const string Key = "service";

    // Where the policy of each service stands, by the service's name.
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    public override ScalingPolicy Read(SettingsReader settings, ScalingPolicy seed)
    {
        var policy = settings.Key is { } key ? ReadKey(settings, seed, key) : settings.Text(Key, seed, With, required: true);
        if (ReferenceEquals(policy, seed)) return policy;
        var name = policy.Target.Name;
        if (settings.Key is null) settings.Label(name);
        if (!_places.TryAdd(name, settings.Path))
            settings.Error($"Service must be different in every policy, but is '{name}' here and in {_places[name]}.");
        return policy;
    }

    public override void Write(JsonObject into, ScalingPolicy value, ScalingPolicy seed, bool all) =>
        into.Add(Key, SettingKinds.Text().Write("Service", value.Target.Name));

    public override IEnumerable<SettingInfo> Describe(ScalingPolicy seed, bool known) =>
    [
        new()
        {
            Key = Key,
            Doc = "The target's name, as its scaler reads it; in a map of policies it is the key instead.",
            Words = "a name without spaces or commas",
            Schema = () => new() { ["type"] = "string", ["pattern"] = $@"^[^\s,{Invisible.Ranges}]+$" },
            IsRequired = true,
        },
    ];

    private static ScalingPolicy ReadKey(SettingsReader settings, ScalingPolicy seed, string key)
    {
        var policy = settings.Try(seed, p => SettingValues.IsWellFormed(key)
            ? With(p, key)
            : throw Bounds.Broken("Service", "valid Unicode text", key));

        // A policy with a key and another service has two names: one is wrong, and nobody knows which.
        return settings.Text(
            Key,
            policy,
            (p, v) => string.Equals(v, key, StringComparison.Ordinal)
                ? p
                : throw Bounds.Broken("Service", $"the policy's key ('{key}') or left out", v));
    }

    private static ScalingPolicy With(ScalingPolicy policy, string name) => policy with { Target = name };
}
