using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoScaling.Sample.Backtests;

/// <summary>The way to a setting in the document of a policy: <c>rules[0].target</c>.</summary>
internal static class PolicyPath
{
    private static readonly string[] ShortForm = ["cpuTarget", "memoryTarget", "exactArithmetic"];

    /// <summary>Sets a setting; blocks on the way that are left to their defaults come into being.</summary>
    /// <exception cref="SampleException">There is no way to it.</exception>
    public static void Set(JsonObject policy, string path, JsonNode value)
    {
        var parts = path.Split('.');
        if (parts[0].StartsWith("rules[", StringComparison.OrdinalIgnoreCase)) Lengthen(policy);
        JsonNode at = policy;
        for (var i = 0; i < parts.Length; i++)
        {
            var (name, index) = Part(parts[i], path);
            if (at is not JsonObject block) throw Wrong($"'{string.Join('.', parts[..i])}' is no block of settings");
            // Keys are compared without regard to case, and there must not be two.
            name = block.Select(s => s.Key).FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
            if (index is { } number)
            {
                if (block[name] is not JsonArray list || number >= list.Count)
                    throw Wrong($"there is no '{string.Join('.', parts[..(i + 1)])}', as {name} has {(block[name] as JsonArray)?.Count ?? 0} of them");
                if (i == parts.Length - 1) list[number] = value;
                else at = list[number]!;
            }
            else if (i == parts.Length - 1)
            {
                block[name] = value;
            }
            else
            {
                at = block[name] ??= new JsonObject();
            }
        }

        SampleException Wrong(string what) => new($"--sweep must name a setting of the policy of '{policy["service"]}', but in '{path}' {what}.");
    }

    /// <summary>A policy with one threshold rule is written without its rules; with them it means the same.</summary>
    private static void Lengthen(JsonObject policy)
    {
        if (policy.ContainsKey("rules")) return;
        var rule = new JsonObject { ["type"] = "threshold" };
        foreach (var key in ShortForm)
        {
            if (policy.Remove(key, out var value)) rule[key] = value;
        }

        policy["rules"] = new JsonArray(rule);
    }

    private static (string Name, int? Index) Part(string part, string path)
    {
        var bracket = part.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0 && part.Length > 0) return (part, null);
        return bracket > 0 && part.EndsWith(']') && int.TryParse(part.AsSpan()[(bracket + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (part[..bracket], index)
            : throw new SampleException($"--sweep must name a setting as in rules[0].target, but is '{path}'.");
    }
}
