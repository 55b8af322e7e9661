using System.Globalization;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>The way to a setting of a policy, as documents have it: <c>rules[0].target</c>.</summary>
internal static class PolicyPath
{
    /// <summary>
    /// The policy with another value of a setting. It is read again by the tables, so that every setting can be set, and nothing else.
    /// </summary>
    /// <exception cref="ScalingException">There is no way to the setting, or it cannot have the value.</exception>
    public static ScalingPolicy With(ScalingPolicy policy, string path, string value, IEnumerable<RuleType>? types)
    {
        var known = types?.ToList();
        var document = PolicyWriter.ToNode(policy, known);

        // A policy with one threshold rule is written in the short form; with its rules it means the same.
        if (path.StartsWith("rules[", StringComparison.OrdinalIgnoreCase)) Lengthen(document, policy, known);
        Set(document, path, JsonValue.Create(value));
        return PolicyReader.ReadPolicy(document, known);
    }

    private static void Lengthen(JsonObject document, ScalingPolicy policy, IEnumerable<RuleType>? types)
    {
        foreach (var key in RulesSetting.ShortKeys) document.Remove(key);
        document["rules"] = new RulesSetting(RuleTypes.With(types), PolicyDefaults.Library).List(policy);
    }

    private static void Set(JsonObject policy, string path, JsonNode value)
    {
        var parts = path.Split('.');
        JsonNode at = policy;
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var (key, index) = Part(parts[i], path);
            if (at is not JsonObject block) throw Wrong($"'{string.Join('.', parts[..i])}' is no block of settings");

            // Keys are compared without regard to case, and there must not be two.
            key = block.Select(setting => setting.Key).FirstOrDefault(k => k.Equals(key, StringComparison.OrdinalIgnoreCase)) ?? key;
            if (index is { } number)
            {
                var list = block[key] as JsonArray;
                if (list is null || number >= list.Count)
                    throw Wrong($"there is no '{string.Join('.', parts[..(i + 1)])}', as {key} has {list?.Count ?? 0} of them");
                if (isLast) list[number] = value;
                else at = list[number]!;
            }
            else if (isLast)
            {
                block[key] = value;
            }
            else
            {
                // A block that the document leaves out is added, as the setting needs one.
                at = block[key] ??= new JsonObject();
            }
        }

        ScalingException Wrong(string what) =>
            ScalingException.Invalid($"Path must name a setting of the policy of '{policy["service"]}', but in '{path}' {what}.");
    }

    private static (string Key, int? Index) Part(string part, string path)
    {
        var bracket = part.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0 && part.Length > 0) return (part, null);
        return bracket > 0 && part.EndsWith(']')
            && int.TryParse(part.AsSpan()[(bracket + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (part[..bracket], index)
            : throw Bounds.Broken("Path", "a setting as in rules[0].target", path);
    }
}
