using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;
using AutoScaling.Rules.Threshold;

namespace AutoScaling.Policies;

/// <summary>The rules of a policy: a list, or the short form, which is the settings of one threshold rule at the policy itself.</summary>
internal sealed class RulesSetting(RuleTypes types, PolicyDefaults defaults) : Setting<ScalingPolicy>
{
    private const string Key = "rules";

    /// <summary>The settings that are short for one threshold rule.</summary>
    public static ImmutableArray<string> ShortKeys { get; } =
        [.. ThresholdSettings.Short.Describe(new(), known: false).Settings.Select(info => info.Key)];

    public override ScalingPolicy Read(SettingsReader settings, ScalingPolicy seed)
    {
        var policy = seed;
        var shortForm = ShortKeys.Where(settings.Has).Select(SettingValues.NameOf).ToList();

        // Both are read even if only one may be there: what else is wrong in them is worth knowing.
        if (shortForm.Count > 0)
        {
            var rule = ShortOf(policy) ?? ThresholdSettings.Of(defaults);
            policy = policy with { Rules = [ThresholdSettings.Short.Read(settings, rule)] };
        }

        if (settings.Has(Key) && shortForm.Count > 0)
        {
            settings.Error(
                $"Rules must not be set beside {SettingValues.Enumerate(shortForm, "and")}: "
                + "that is short for a rule of type threshold, so set it in such a rule.");
        }

        return settings.List(Key, policy, "a rule", rule => types.Read(rule, defaults), (p, v) => p with { Rules = v });
    }

    public override void Write(JsonObject into, ScalingPolicy value, ScalingPolicy seed, bool all)
    {
        if (!all && ShortOf(value) is { } rule && ShortOf(seed) is { } usual) ThresholdSettings.Short.Write(into, rule, usual, all: false);
        else if (all || !value.Rules.AsSpan().SequenceEqual(seed.Rules.AsSpan())) into.Add(Key, List(value));
    }

    public override IEnumerable<SettingInfo> Describe(ScalingPolicy seed, bool known) =>
    [
        .. ThresholdSettings.Short.Describe(ThresholdSettings.Of(defaults), known).Settings.Select(info => info with { Excludes = Key }),
        new()
        {
            Key = Key,
            Doc = "The ways to ask for a count, at least one. "
                + "cpuTarget, memoryTarget and exactArithmetic are short for one threshold rule.",
            Words = "a list",
            Schema = () => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["$ref"] = "#/definitions/rule" } },
        },
    ];

    public override IEnumerable<BrokenSetting> Broken(ScalingPolicy value) => value.Rules.SelectMany((rule, i) =>
        types.Broken(rule).Select(broken => broken.Below($".{Key}[{Phrase.Exact(i)}] ({rule.Name})")));

    /// <summary>The rules as a list, also where the short form would do.</summary>
    public JsonArray List(ScalingPolicy policy) => new([.. policy.Rules.Select(rule => (JsonNode)types.Write(rule))]);

    private static ThresholdRule? ShortOf(ScalingPolicy policy) =>
        policy.Rules is [ThresholdRule only] && ThresholdSettings.IsShort(only) ? only : null;
}
