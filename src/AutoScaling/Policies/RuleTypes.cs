using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>The rule types that a document may use: the library's and the user's.</summary>
internal sealed class RuleTypes
{
    private static readonly RuleTypes BuiltIn = new([], writesUnknown: false);

    private readonly Dictionary<string, RuleType> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Type, RuleType> _byRule = [];

    private readonly bool _writesUnknown;

    private RuleTypes(IEnumerable<RuleType> own, bool writesUnknown)
    {
        _writesUnknown = writesUnknown;
        foreach (var type in BuiltInRules.All.Concat(own))
        {
            if (!_byName.TryAdd(type.Name, type))
                throw ScalingException.Invalid($"RuleType must have a name that no other has, but is '{type.Name}'.");
            if (!_byRule.TryAdd(type.Seed.GetType(), type))
            {
                throw ScalingException.Invalid(
                    $"RuleType must be the only one of its rule, but '{_byRule[type.Seed.GetType()].Name}' and '{type.Name}' "
                    + $"both are for {type.Seed.GetType().Name}.");
            }
        }
    }

    /// <summary>All types, in the order in which they were registered.</summary>
    public IEnumerable<RuleType> All => _byName.Values;

    /// <summary>The library's types and some more.</summary>
    /// <param name="own">The user's types.</param>
    /// <param name="writesUnknown">Whether a rule without a type is written by the name of its class; reading refuses it.</param>
    public static RuleTypes With(IEnumerable<RuleType>? own, bool writesUnknown = false) =>
        !writesUnknown && own is null or ICollection<RuleType> { Count: 0 } ? BuiltIn : new(own ?? [], writesUnknown);

    public ScalingRule Read(SettingsReader settings, PolicyDefaults defaults)
    {
        ScalingRule rule = new ThresholdRule();
        var type = settings.Text<RuleType?>("type", null, (_, name) => Named(name), required: true);
        if (type is null)
        {
            settings.KnowAll();
            return rule;
        }

        settings.What = type.What;
        rule = settings.Try(rule, _ => type.Read(settings, defaults));
        return DuringSetting.Read(settings, settings.Text("name", rule, (r, v) => r with { Name = Label(v) }, none: r => r));
    }

    /// <summary>A rule as documents have it: only what differs from a rule of its type that sets nothing.</summary>
    /// <exception cref="ScalingException">No type is registered for the rule, or a setting cannot be written.</exception>
    public JsonObject Write(ScalingRule rule)
    {
        if (!_byRule.TryGetValue(rule.GetType(), out var type))
        {
            if (_writesUnknown) return new() { ["type"] = rule.GetType().FullName, ["name"] = rule.Name };
            throw ScalingException.Invalid(
                $"Rules must be of types that documents know, but '{rule.Name}' ({rule.GetType().Name}) is not; pass a RuleType for it.");
        }

        var settings = type.Write(rule, false);
        var written = new JsonObject { ["type"] = type.Name };
        if (!string.Equals(rule.Name, UsualName(type, settings), StringComparison.Ordinal))
            written.Add("name", SettingKinds.Text().Write("Name", rule.Name));
        if (rule.During is { } during) written.Add(DuringSetting.Key, DuringSetting.Write(during));
        foreach (var (key, value) in settings.ToList())
        {
            settings.Remove(key);
            written.Add(key, value);
        }

        return written;
    }

    /// <summary>What is wrong with a rule that was not read but made. Of a rule without a type only its times are known.</summary>
    public IEnumerable<BrokenSetting> Broken(ScalingRule rule)
    {
        var own = _byRule.TryGetValue(rule.GetType(), out var type) ? type.Broken(rule) : [];
        return rule.During is { } during ? own.Concat(DuringSetting.Broken(during)) : own;
    }

    /// <summary>The name of a rule that is read from these settings; some rules are named after one of them.</summary>
    private static string? UsualName(RuleType type, JsonObject settings)
    {
        try
        {
            return SettingsReader.All(settings, "", type.What, reader => type.Read(reader, PolicyDefaults.Library)).Name;
        }
        catch (ScalingException)
        {
            return null;
        }
    }

    private static string Label(string name) => string.IsNullOrWhiteSpace(name)
        ? throw Bounds.Broken("Name", "a name, or left out", name)
        : Invisible.Refuse(name, "Name");

    private RuleType Named(string name) => _byName.TryGetValue(name, out var type)
        ? type
        : throw ScalingException.Invalid(
            $"Type must be {SettingValues.Enumerate([.. All.Select(known => known.Name)], "or")}, but is {SettingValues.Shown(name)}.");
}
