using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>Makes documents of policies: only what differs from the defaults, always in the same order.</summary>
internal static class PolicyWriter
{
    private static readonly PolicyDefaults Defaults = new();

    private static readonly (string? Name, ScalingBehavior Behavior)[] Presets = [("kubernetes", ScalingBehavior.Kubernetes), ("immediate", ScalingBehavior.Immediate)];

    /// <summary>A whole document. It states its own defaults, so that it means the same to a reader that has others.</summary>
    /// <exception cref="ScalingException">Some policies cannot be written so that they could be read; each is named.</exception>
    public static JsonObject ToDocument(IEnumerable<ScalingPolicy> policies, IEnumerable<RuleType>? types)
    {
        var known = RuleTypes.With(types);
        var errors = new List<string>();
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        var list = new JsonArray();
        foreach (var policy in policies)
        {
            var place = $"policies[{list.Count}]";
            if (!places.TryAdd(policy.Target.Name, place))
                errors.Add($"{place} ({policy.Target}): Service must be different in every policy, but is '{policy.Target}' here and in {places[policy.Target.Name]}.");
            var settings = new SettingsWriter();
            try
            {
                Write(settings, policy, known);
            }
            catch (ScalingException e)
            {
                errors.AddRange(e.Errors.Select(error => $"{place} ({policy.Target}): {error}"));
            }

            list.Add((JsonNode)settings.Settings);
        }

        if (errors.Count > 0) throw new ScalingException(errors);
        return new SettingsWriter().Set("defaults", WriteDefaults()).Set("policies", list).Settings;
    }

    /// <summary>One policy, for <see cref="PolicyReader.ReadPolicy(JsonObject, IEnumerable{RuleType})"/>.</summary>
    public static JsonObject ToNode(ScalingPolicy policy, IEnumerable<RuleType>? types = null)
    {
        var settings = new SettingsWriter();
        Write(settings, policy, RuleTypes.With(types));
        return settings.Settings;
    }

    /// <summary>Whether two policies are written the same; <see langword="false"/> also where one cannot be written.</summary>
    public static bool SaysTheSame(ScalingPolicy one, ScalingPolicy other, IEnumerable<RuleType>? types)
    {
        try
        {
            return JsonNode.DeepEquals(ToNode(one, types), ToNode(other, types));
        }
        catch (ScalingException)
        {
            return false;
        }
    }

    private static JsonObject WriteDefaults()
    {
        var settings = new SettingsWriter()
            .WholeNumber("min", Defaults.Range.Min)
            .WholeNumber("max", Defaults.Range.Max)
            .Number("cpuTarget", Defaults.CpuTarget);
        settings.Settings.Add("memoryTarget", null);
        return settings
            .Duration("scaleUpCooldown", Defaults.ScaleUpCooldown)
            .Duration("scaleDownCooldown", Defaults.ScaleDownCooldown)
            .Settings;
    }

    private static void Write(SettingsWriter settings, ScalingPolicy policy, RuleTypes types)
    {
        settings
            .Text("service", policy.Target.Name)
            .WholeNumber("min", policy.Range.Min, unless: Defaults.Range.Min)
            .WholeNumber("max", policy.Range.Max, unless: Defaults.Range.Max)
            .Duration("interval", policy.Interval)
            .Duration("maxMetricAge", policy.MaxMetricAge, unless: TimeSpan.FromMinutes(5))
            .Text("scaler", policy.Scaler)
            .Flag("enabled", policy.Enabled, unless: true)
            .Choice("combine", policy.Combine, unless: RuleCombination.Max)
            .Flag("scaleDownOnlyIfAllAgree", policy.ScaleDownOnlyIfAllAgree, unless: false);
        if (policy.Rules is [ThresholdRule only] && BuiltInRules.IsShort(only)) BuiltInRules.WriteShort(settings, only);
        else settings.List("rules", policy.Rules, types.Write);

        WriteBehavior(settings, policy.Behavior, [(null, ScalingBehavior.Default), .. Presets]);
        if (!policy.Shadows.IsEmpty) settings.List("shadows", policy.Shadows, (inner, shadow) => WriteShadow(inner, shadow, policy, types));
    }

    /// <summary>A shadow: only what differs from the policy that it stands in.</summary>
    private static void WriteShadow(SettingsWriter settings, ShadowPolicy shadow, ScalingPolicy active, RuleTypes types)
    {
        var policy = shadow.Policy;
        settings
            .Text("name", shadow.Name)
            .WholeNumber("min", policy.Range.Min, unless: active.Range.Min)
            .WholeNumber("max", policy.Range.Max, unless: active.Range.Max)
            .Duration("maxMetricAge", policy.MaxMetricAge, unless: active.MaxMetricAge)
            .Choice("combine", policy.Combine, unless: active.Combine)
            .Flag("scaleDownOnlyIfAllAgree", policy.ScaleDownOnlyIfAllAgree, unless: active.ScaleDownOnlyIfAllAgree);
        try
        {
            if (policy.Rules is [ThresholdRule rule] && active.Rules is [ThresholdRule other] && BuiltInRules.IsShort(rule) && BuiltInRules.IsShort(other)) BuiltInRules.WriteShort(settings, rule, other);
            else if (!policy.Rules.AsSpan().SequenceEqual(active.Rules.AsSpan())) settings.List("rules", policy.Rules, types.Write);
        }
        catch (ScalingException e)
        {
            throw new ScalingException([.. e.Errors.Select(error => $"Shadow '{shadow.Name}': {error}")]);
        }

        WriteBehavior(settings, policy.Behavior, [(null, active.Behavior), ("default", ScalingBehavior.Default), .. Presets]);
    }

    /// <summary>A behavior, from the start from which there is least to say.</summary>
    private static void WriteBehavior(SettingsWriter settings, ScalingBehavior behavior, IEnumerable<(string? Preset, ScalingBehavior Behavior)> starts)
    {
        var least = starts.Select(start => WriteBehavior(behavior, start.Preset, start.Behavior)).MinBy(node => node.ToJsonString().Length)!;
        if (least.Count > 0) settings.Set("behavior", least);
    }

    private static JsonObject WriteBehavior(ScalingBehavior behavior, string? preset, ScalingBehavior start) => new SettingsWriter()
        .Text("preset", preset)
        .Flag("flapGuard", behavior.FlapGuard, unless: start.FlapGuard)
        .Flag("zeroIsOff", behavior.ZeroIsOff, unless: start.ZeroIsOff)
        .Block("scaleUp", inner => WriteDirection(inner, behavior.ScaleUp, start.ScaleUp))
        .Block("scaleDown", inner => WriteDirection(inner, behavior.ScaleDown, start.ScaleDown))
        .Settings;

    private static void WriteDirection(SettingsWriter settings, DirectionBehavior direction, DirectionBehavior start)
    {
        settings
            .Duration("cooldown", direction.Cooldown, unless: start.Cooldown)
            .Duration("stabilizationWindow", direction.StabilizationWindow, unless: start.StabilizationWindow)
            .Number("tolerance", direction.Tolerance, unless: start.Tolerance)
            .Choice("select", direction.Select, unless: start.Select);
        if (direction.RateLimits.AsSpan().SequenceEqual(start.RateLimits.AsSpan())) return;
        settings.List("rateLimits", direction.RateLimits, (inner, limit) => inner
            .WholeNumber(SettingValues.NameOf(limit.Unit), limit.Value)
            .Duration("period", limit.Period));
    }
}
