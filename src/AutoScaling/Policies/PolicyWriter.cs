using System.Text.Json.Nodes;
using AutoScaling.Behaviors;

namespace AutoScaling.Policies;

/// <summary>Makes documents of policies: only what differs from the defaults, always in the same order.</summary>
internal static class PolicyWriter
{
    /// <summary>A whole document. It states its own defaults, so that it means the same to a reader that has others.</summary>
    /// <exception cref="ScalingException">Some policies cannot be written so that they could be read; each is named.</exception>
    public static JsonObject ToDocument(IEnumerable<ScalingPolicy> policies, IEnumerable<RuleType>? types)
    {
        var settings = new PolicySettings(RuleTypes.With(types), PolicyDefaults.Library);
        var errors = new List<string>();
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        var list = new JsonArray();
        var number = 0;
        foreach (var policy in policies)
        {
            var place = $"policies[{number++}]";
            var name = policy.Target.Name;
            if (!places.TryAdd(name, place))
                errors.Add($"{place} ({name}): Service must be different in every policy, but is '{name}' here and in {places[name]}.");
            errors.AddRange(settings.Broken(policy, $"{place} ({name})"));
            try
            {
                list.Add((JsonNode)settings.Policy.Write(policy, settings.Seed, all: false));
            }
            catch (ScalingException e)
            {
                errors.AddRange(e.Errors.Select(error => $"{place} ({name}): {error}"));
            }
        }

        if (errors.Count > 0) throw new ScalingException(errors);
        var defaults = DefaultsSettings.Table.Write(PolicyDefaults.Library, PolicyDefaults.Library, all: true);
        var document = PolicyReader.Head.Write(PolicyReader.Head.Seed, PolicyReader.Head.Seed, all: true);
        document.Add("defaults", defaults);
        document.Add("policies", list);
        return document;
    }

    /// <summary>One policy, for <see cref="PolicyReader"/>.</summary>
    /// <exception cref="ScalingException">It cannot be written so that it could be read.</exception>
    public static JsonObject ToNode(ScalingPolicy policy, IEnumerable<RuleType>? types = null) => ToNode(policy, RuleTypes.With(types));

    /// <summary>One policy whose rules are of these types.</summary>
    /// <exception cref="ScalingException">It cannot be written so that it could be read.</exception>
    public static JsonObject ToNode(ScalingPolicy policy, RuleTypes types)
    {
        var settings = new PolicySettings(types, PolicyDefaults.Library);
        return settings.Policy.Write(policy, settings.Seed, all: false);
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
}
