using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoScaling.Behaviors;
using AutoScaling.Policies;
using AutoScaling.Primitives;

namespace AutoScaling.Documents;

/// <summary>
/// Makes the structural schema of one policy from the tables of settings: the form that Kubernetes wants, in which each setting has one
/// type, and which knows neither references nor cases.
/// </summary>
/// <remarks>
/// A setting that may be a text or a block has no type, and is left to the reader. All types of rules are one object with the settings of
/// all of them. A default stands only where it is the same for every host and beside all other settings.
/// </remarks>
internal sealed partial class StructuralSchema
{
    private const string AnyValue = "x-kubernetes-preserve-unknown-fields";

    // The patterns are the library's own; this is what none of them ever takes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // Where a policy is says what it scales, and by what.
    private static readonly string[] LeftOut = ["service", "scaler"];

    private readonly RuleTypes _types;

    private StructuralSchema(RuleTypes types) => _types = types;

    /// <summary>The schema of a policy.</summary>
    public static JsonObject Of(RuleTypes types)
    {
        var settings = new PolicySettings(types, PolicyDefaults.Library);
        var table = settings.Policy.Describe(settings.Seed, known: true);
        var changeable = DefaultsSettings.Table.Describe(PolicyDefaults.Library, known: false).Settings.Select(info => info.Key)
            .Concat(RulesSetting.ShortKeys).ToHashSet(StringComparer.Ordinal);
        var schema = new StructuralSchema(types);
        return Block(table with
        {
            Settings =
            [
                .. table.Settings.Where(info => !LeftOut.Contains(info.Key, StringComparer.Ordinal))
                    .Select(info => info with { HasDefault = info.HasDefault && !changeable.Contains(info.Key) }),
            ],
        }, schema.Property);
    }

    // Defaults stand at the policy itself. Further down they depend on where the block is: on its preset, its type, what it leaves out.
    private JsonObject Block(TableInfo table) => Block(table, info => Property(info with { HasDefault = false }));

    private static JsonObject Block(TableInfo table, Func<SettingInfo, JsonObject> property)
    {
        var properties = new JsonObject();
        foreach (var info in table.Settings) properties.Add(info.Key, property(info));
        var block = new JsonObject { ["type"] = "object", ["description"] = table.Doc, ["properties"] = properties };
        List<JsonNode> required = [.. table.Settings.Where(info => info.IsRequired).Select(info => (JsonNode)info.Key)];
        if (required.Count > 0) block["required"] = new JsonArray([.. required]);
        return block;
    }

    private JsonObject Property(SettingInfo info)
    {
        var schema = info switch
        {
            { Schema: { } leaf } => Leaf(leaf(), info),
            { Block: { } table } => Block(table),
            { Map: { } map } => new JsonObject { ["type"] = "object", ["additionalProperties"] = Block(map) },
            _ => List(info.LeastItems, Block(info.Items!)),
        };
        schema["description"] = info.Doc;
        if (info.IsNullable && schema.ContainsKey("type")) schema["nullable"] = true;
        return schema;
    }

    private JsonObject Leaf(JsonObject draft, SettingInfo info)
    {
        // The list of rules, whose schema refers to what this form cannot refer to.
        if (draft["items"]?["$ref"] is not null) return List((int?)draft["minItems"] ?? 0, Rule());
        if (draft["type"] is null && draft["enum"] is not null) draft["type"] = "string";
        if (draft["type"] is not JsonValue) return new() { [AnyValue] = true };
        Exclude(draft, "minimum", "exclusiveMinimum");
        Exclude(draft, "maximum", "exclusiveMaximum");
        if ((string?)draft["pattern"] is { } pattern)
        {
            if (!Regex.IsMatch("", pattern, RegexOptions.None, Patience)) draft["minLength"] = 1;
            draft["pattern"] = Plain(pattern);
        }

        if (info is { HasDefault: true, Default: { } usual }) draft["default"] = usual.DeepClone();
        return draft;
    }

    private static JsonObject List(int least, JsonObject items)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = items };
        if (least > 0) list["minItems"] = least;
        return list;
    }

    /// <summary>A rule of any type.</summary>
    private JsonObject Rule()
    {
        var names = _types.All.Select(type => type.Name).ToList();
        var properties = new JsonObject
        {
            ["type"] = new JsonObject
            {
                ["type"] = "string",
                ["description"] = "What kind of rule it is.",
                ["enum"] = new JsonArray([.. names.Select(name => (JsonNode)name)]),
            },
            ["name"] = new JsonObject
            {
                ["type"] = "string",
                ["description"] = "The name under which decisions quote the rule.",
                ["nullable"] = true,
            },
            [DuringSetting.Key] = new JsonObject { [AnyValue] = true, ["description"] = DuringSetting.Doc },
        };
        var all = from type in _types.All
                  from info in type.Describe().Settings
                  select (Type: type.Name, info.Key, Schema: Property(info with { HasDefault = false }));
        foreach (var same in all.GroupBy(setting => setting.Key, StringComparer.Ordinal))
        {
            var together = same.Select(setting => setting.Schema).Aggregate(Common);
            var docs = same.GroupBy(setting => (string)setting.Schema["description"]!, setting => setting.Type, StringComparer.Ordinal);
            together["description"] = string.Join(' ', docs.Select(doc => $"{string.Join(", ", doc)}: {doc.Key}"));
            properties.Add(same.Key, together);
        }

        return new()
        {
            ["type"] = "object",
            ["description"] = "One way to ask for a count.",
            ["properties"] = properties,
            ["required"] = new JsonArray("type"),
        };
    }

    /// <summary>What two schemas of one setting both say.</summary>
    private static JsonObject Common(JsonObject one, JsonObject other)
    {
        if (JsonNode.DeepEquals(one, other)) return one;
        if (!JsonNode.DeepEquals(one["type"], other["type"])) return new() { [AnyValue] = true };
        var common = new JsonObject();
        foreach (var (key, value) in one)
        {
            if (other.TryGetPropertyValue(key, out var theirs) && JsonNode.DeepEquals(value, theirs)) common[key] = value?.DeepClone();
        }

        var isOpen = Is((string?)one["type"], "object") && !common.ContainsKey("properties");
        if (isOpen && !common.ContainsKey("additionalProperties")) common[AnyValue] = true;
        return Is((string?)common["type"], "array") && !common.ContainsKey("items") ? new() { [AnyValue] = true } : common;
    }

    private static bool Is(string? word, string other) => string.Equals(word, other, StringComparison.Ordinal);

    // The bound of JSON schema's draft 7 is two words in OpenAPI 3.0.
    private static void Exclude(JsonObject schema, string bound, string exclusive)
    {
        if (!schema.Remove(exclusive, out var value)) return;
        (schema[bound], schema[exclusive]) = (value, true);
    }

    /// <summary>A regular expression as Go reads it: it looks neither ahead nor for halves of characters.</summary>
    private static string Plain(string pattern)
    {
        var plain = LookAhead().Replace(pattern, "").Replace(@"\uDB40", "", StringComparison.Ordinal);
        return Escaped().Replace(plain, code => $@"\x{{{code.Groups["code"].Value}}}");
    }

    [GeneratedRegex(@"\(\?[=!](?:[^()\[\]]|\[[^\]]*\])*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LookAhead();

    [GeneratedRegex(@"\\u(?<code>[0-9A-F]{4})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escaped();
}
