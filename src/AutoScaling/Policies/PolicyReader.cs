using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>Makes policies of a document, whatever it was written in, and collects everything that is wrong with it.</summary>
internal sealed class PolicyReader
{
    private readonly RuleTypes _types;
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private PolicyDefaults _defaults;
    private ScalingPolicy _template;

    private PolicyReader(PolicyDefaults? defaults, IEnumerable<RuleType>? types)
    {
        _types = RuleTypes.With(types);
        _defaults = defaults ?? new();
        _template = ScalingPolicy.For("template", _defaults);
    }

    private enum Preset
    {
        Default,
        Kubernetes,
        Immediate,
    }

    /// <summary>Reads a whole document.</summary>
    /// <param name="document">The document's content.</param>
    /// <param name="listRequired">Whether it is an error that the document holds no list of policies.</param>
    /// <param name="defaults">What policies have where neither they nor the document say something.</param>
    /// <param name="types">The user's own rules.</param>
    /// <exception cref="ScalingException">Something is wrong; everything that is wrong is in it.</exception>
    public static ImmutableArray<ScalingPolicy> Read(JsonNode? document, bool listRequired, PolicyDefaults? defaults, IEnumerable<RuleType>? types)
    {
        if (document is not JsonObject settings)
            throw ScalingException.Invalid($"A policy document must be a block of settings with a list named policies, but is {SettingValues.Shown(document)}.");
        var reader = new PolicyReader(defaults, types);
        return SettingsReader.All(settings, "", "a policy document", root => reader.ReadDocument(root, listRequired));
    }

    /// <summary>Reads one policy, as <see cref="PolicyWriter.ToNode"/> wrote it.</summary>
    public static ScalingPolicy ReadPolicy(JsonObject policy, IEnumerable<RuleType>? types = null) =>
        SettingsReader.All(policy, "", "a policy", new PolicyReader(null, types).ReadPolicy);

    private ImmutableArray<ScalingPolicy> ReadDocument(SettingsReader document, bool listRequired)
    {
        _defaults = document.Block("defaults", _defaults, "the defaults", ReadDefaults);
        _template = ScalingPolicy.For("template", _defaults);
        return document.List("policies", ImmutableArray<ScalingPolicy>.Empty, "a policy", ReadPolicy, (_, policies) => policies, listRequired);
    }

    public static PolicyDefaults ReadDefaults(SettingsReader settings, PolicyDefaults defaults)
    {
        defaults = ReadRange(settings, defaults.Range, defaults, (d, v) => d with { Range = v });
        defaults = settings.Number("cpuTarget", defaults, (d, v) => d with { CpuTarget = v });
        defaults = settings.Number("memoryTarget", defaults, (d, v) => d with { MemoryTarget = v }, none: d => d with { MemoryTarget = null });
        defaults = settings.Duration("scaleUpCooldown", defaults, (d, v) => d with { ScaleUpCooldown = v });
        return settings.Duration("scaleDownCooldown", defaults, (d, v) => d with { ScaleDownCooldown = v });
    }

    private ScalingPolicy ReadPolicy(SettingsReader settings)
    {
        var policy = settings.Text("service", _template, (p, v) => p with { Target = v }, required: true);
        if (!ReferenceEquals(policy, _template))
        {
            settings.Label(policy.Target.Name);
            if (!_places.TryAdd(policy.Target.Name, settings.Path))
                settings.Error($"Service must be different in every policy, but is '{policy.Target}' here and in {_places[policy.Target.Name]}.");
        }

        policy = ReadRange(settings, policy.Range, policy, (p, v) => p with { Range = v });
        policy = settings.Duration("interval", policy, (p, v) => p with { Interval = v }, none: p => p);
        policy = settings.Duration("maxMetricAge", policy, (p, v) => p with { MaxMetricAge = v });
        policy = settings.Text("scaler", policy, (p, v) => p with { Scaler = v }, none: p => p);
        policy = settings.Flag("enabled", policy, (p, v) => p with { Enabled = v });
        policy = ReadDeciding(settings, policy);
        foreach (var direction in (ReadOnlySpan<string>)["scaleUp", "scaleDown"])
        {
            if (settings.Has(direction + "Cooldown"))
                settings.Error($"{SettingsReader.NameOf(direction)}Cooldown must be set in the defaults or, for one policy, as behavior.{direction}.cooldown.");
        }

        return settings.List("shadows", policy, "a shadow", shadow => ReadShadow(shadow, policy), (p, v) => p with { Shadows = v });
    }

    /// <summary>A shadow has what its policy has, unless it says otherwise.</summary>
    private ShadowPolicy ReadShadow(SettingsReader settings, ScalingPolicy active)
    {
        var unnamed = new ShadowPolicy { Name = "shadow", Policy = active };
        var shadow = settings.Text("name", unnamed, (s, v) => s with { Name = v }, required: true);
        if (!ReferenceEquals(shadow, unnamed)) settings.Label(shadow.Name);
        var policy = ReadRange(settings, active.Range, shadow.Policy, (p, v) => p with { Range = v });
        policy = settings.Duration("maxMetricAge", policy, (p, v) => p with { MaxMetricAge = v });
        return shadow with { Policy = ReadDeciding(settings, policy) };
    }

    private ScalingPolicy ReadDeciding(SettingsReader settings, ScalingPolicy policy)
    {
        policy = settings.Choice("combine", policy, (ScalingPolicy p, RuleCombination v) => p with { Combine = v });
        policy = settings.Flag("scaleDownOnlyIfAllAgree", policy, (p, v) => p with { ScaleDownOnlyIfAllAgree = v });
        policy = ReadRules(settings, policy);
        return policy with { Behavior = settings.Block("behavior", policy.Behavior, "a behavior", ReadBehavior) };
    }

    private ScalingPolicy ReadRules(SettingsReader settings, ScalingPolicy policy)
    {
        List<string> shortForm = [];
        foreach (var key in (ReadOnlySpan<string>)["cpuTarget", "memoryTarget", "exactArithmetic"])
        {
            if (settings.Has(key)) shortForm.Add(SettingsReader.NameOf(key));
        }

        // Both are read even if only one may be there: what else is wrong in them is worth knowing.
        if (shortForm.Count > 0)
        {
            var rule = policy.Rules is [ThresholdRule only] && BuiltInRules.IsShort(only) ? only : new() { CpuTarget = _defaults.CpuTarget, MemoryTarget = _defaults.MemoryTarget };
            policy = policy with { Rules = [BuiltInRules.ReadShort(settings, rule)] };
        }

        if (settings.Has("rules") && shortForm.Count > 0)
            settings.Error($"Rules must not be set beside {SettingValues.Enumerate(shortForm, "and")}: that is short for a rule of type threshold, so set it in such a rule.");
        return settings.List("rules", policy, "a rule", rule => _types.Read(rule, _defaults), (p, v) => p with { Rules = v });
    }

    private static ScalingBehavior ReadBehavior(SettingsReader settings, ScalingBehavior behavior)
    {
        behavior = settings.Choice("preset", behavior, (ScalingBehavior _, Preset v) => v switch
        {
            Preset.Kubernetes => ScalingBehavior.Kubernetes,
            Preset.Immediate => ScalingBehavior.Immediate,
            _ => ScalingBehavior.Default,
        });
        behavior = settings.Flag("flapGuard", behavior, (b, v) => b with { FlapGuard = v });
        behavior = settings.Flag("zeroIsOff", behavior, (b, v) => b with { ZeroIsOff = v });
        behavior = behavior with { ScaleUp = settings.Block("scaleUp", behavior.ScaleUp, "a direction of a behavior", ReadDirection) };
        return behavior with { ScaleDown = settings.Block("scaleDown", behavior.ScaleDown, "a direction of a behavior", ReadDirection) };
    }

    private static DirectionBehavior ReadDirection(SettingsReader settings, DirectionBehavior direction)
    {
        direction = settings.Duration("cooldown", direction, (d, v) => d with { Cooldown = v });
        direction = settings.Duration("stabilizationWindow", direction, (d, v) => d with { StabilizationWindow = v });
        direction = settings.Number("tolerance", direction, (d, v) => d with { Tolerance = v });
        direction = settings.Choice("select", direction, (DirectionBehavior d, RateLimitSelect v) => d with { Select = v });
        return settings.List("rateLimits", direction, "a rate limit", ReadRateLimit, (d, v) => d with { RateLimits = v });
    }

    private static RateLimit ReadRateLimit(SettingsReader settings)
    {
        var limit = RateLimit.Replicas(1, TimeSpan.FromSeconds(1));
        settings.ExactlyOne("replicas", "percent");
        limit = settings.WholeNumber("replicas", limit, (l, v) => RateLimit.Replicas(v, l.Period));
        limit = settings.WholeNumber("percent", limit, (l, v) => RateLimit.Percent(v, l.Period));
        return settings.Duration(
            "period", limit, (l, v) => l.Unit == RateLimitUnit.Percent ? RateLimit.Percent(l.Value, v) : RateLimit.Replicas(l.Value, v), required: true);
    }

    /// <summary>A range is checked as one; where a bound is no number there is nothing to check.</summary>
    private static T ReadRange<T>(SettingsReader settings, ReplicaRange range, T seed, Func<T, ReplicaRange, T> with)
    {
        var before = settings.ErrorCount;
        var min = settings.WholeNumber("min", range.Min, (_, v) => v);
        var max = settings.WholeNumber("max", range.Max, (_, v) => v);
        return settings.ErrorCount > before ? seed : settings.Try(seed, value => with(value, new(min, max)));
    }
}
