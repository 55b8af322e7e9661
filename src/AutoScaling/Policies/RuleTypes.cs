using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>The rule types that a document may use: the library's and the user's.</summary>
internal sealed class RuleTypes
{
    private static readonly RuleTypes BuiltIn = new([]);

    private readonly Dictionary<string, RuleType> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Type, RuleType> _byRule = [];

    private RuleTypes(IEnumerable<RuleType> own)
    {
        foreach (var type in BuiltInRules.All.Concat(own))
        {
            if (!_byName.TryAdd(type.Name, type)) throw ScalingException.Invalid($"RuleType must have a name that no other has, but is '{type.Name}'.");
            if (!_byRule.TryAdd(type.Rule, type))
                throw ScalingException.Invalid($"RuleType must be the only one of its rule, but '{_byRule[type.Rule].Name}' and '{type.Name}' both are for {type.Rule.Name}.");
        }
    }

    public static RuleTypes With(IEnumerable<RuleType>? own) => own is null ? BuiltIn : new(own);

    public ScalingRule Read(SettingsReader settings, PolicyDefaults defaults)
    {
        ScalingRule rule = new ThresholdRule();
        var type = settings.Text<RuleType?>("type", null, (_, name) => Named(name), required: true);
        if (type is null)
        {
            settings.KnowAll();
            return rule;
        }

        settings.What = $"a rule of type {type.Name}";
        rule = settings.Try(rule, _ => type.Read(settings, defaults));
        return settings.Text("name", rule, (r, v) => r with { Name = v });
    }

    public void Write(SettingsWriter settings, ScalingRule rule)
    {
        if (!_byRule.TryGetValue(rule.GetType(), out var type))
            throw ScalingException.Invalid($"Rules must be of types that documents know, but '{rule.Name}' ({rule.GetType().Name}) is not; pass a RuleType for it.");
        settings.Text("type", type.Name).Text("name", rule.Name, unless: type.UsualName?.Invoke(rule));
        type.Write(settings, rule);
    }

    private RuleType Named(string name) => _byName.TryGetValue(name, out var type)
        ? type
        : throw ScalingException.Invalid($"Type must be {SettingValues.Enumerate([.. _byName.Values.Select(known => known.Name)], "or")}, but is {SettingValues.Shown(name)}.");
}
