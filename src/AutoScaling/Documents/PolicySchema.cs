using System.Text.Json.Nodes;
using AutoScaling.Behaviors;
using AutoScaling.Policies;
using AutoScaling.Primitives;

namespace AutoScaling.Documents;

/// <summary>Makes the JSON schema (draft 7) of policy documents from the tables of settings.</summary>
internal sealed class PolicySchema
{
    private readonly JsonObject _definitions = [];

    private PolicySchema()
    {
    }

    /// <summary>The schema of a whole document.</summary>
    public static JsonObject Of(RuleTypes types) => new PolicySchema().Document(types);

    private JsonObject Document(RuleTypes types)
    {
        var settings = new PolicySettings(types, PolicyDefaults.Library);
        var policy = Define(settings.Policy.Describe(settings.Seed, known: true), isComplete: false);
        Rules(types);
        var properties = new JsonObject
        {
            [PolicyReader.SchemaKey] = new JsonObject { ["type"] = "string", ["description"] = "Where this schema is, for editors." },
        };
        foreach (var info in PolicyReader.Head.Describe(PolicyReader.Head.Seed, known: true).Settings) properties.Add(info.Key, Leaf(info));
        properties.Add("defaults", Block(DefaultsSettings.Table.Describe(PolicyDefaults.Library, known: true), isNullable: true));
        properties.Add("policies", new JsonObject
        {
            ["type"] = Types("array", "object", "null"),
            ["description"] = "The policies: a map by service, or a list of which each names its service.",
            ["items"] = new JsonObject
            {
                ["allOf"] = new JsonArray(policy.DeepClone(), new JsonObject { ["required"] = new JsonArray("service") }),
            },
            ["additionalProperties"] = new JsonObject
            {
                ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "null" }, policy.DeepClone()),
            },
        });
        return new()
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "AutoScaling policies",
            ["description"] = "Keys may be in upper or lower case; this schema lists them as they are usually written.",
            ["type"] = "object",
            ["required"] = new JsonArray("policies"),
            ["additionalProperties"] = false,
            ["properties"] = properties,
            ["definitions"] = _definitions,
        };
    }

    /// <summary>A rule: by its type, what else stands in it.</summary>
    private void Rules(RuleTypes types)
    {
        var cases = new JsonArray();
        var times = Define(TimesSettings.Table.Describe(new(), known: false), isComplete: true);
        var during = new SettingInfo
        {
            Key = DuringSetting.Key,
            Doc = DuringSetting.Doc,
            Words = "a block of settings, or a name",
            Schema = () => new() { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = Types("string", "null") }, times.DeepClone()) },
        };
        foreach (var type in types.All)
        {
            var table = type.Describe();
            var described = table with { Settings = [Constant(type), Name, during, .. table.Settings] };
            cases.Add((JsonNode)new JsonObject
            {
                ["if"] = new JsonObject
                {
                    ["required"] = new JsonArray("type"),
                    ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = type.Name } },
                },
                ["then"] = Define(described, isComplete: true),
            });
        }

        _definitions["rule"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "One way to ask for a count.",
            ["required"] = new JsonArray("type"),
            ["properties"] = new JsonObject { ["type"] = SettingKinds.OneOf([.. types.All.Select(type => type.Name)]).Schema() },
            ["allOf"] = cases,
        };
    }

    private static SettingInfo Name => new()
    {
        Key = "name",
        Doc = "The name under which decisions quote the rule.",
        Words = "text",
        Schema = SettingKinds.Name().Schema,
        IsNullable = true,
    };

    private static SettingInfo Constant(RuleType type) => new()
    {
        Key = "type",
        Doc = "What kind of rule it is.",
        Words = type.Name,
        Schema = () => new() { ["const"] = type.Name },
        IsRequired = true,
    };

    /// <summary>A reference to the definition of a block, which is made when it is first needed.</summary>
    /// <param name="table">The block's settings.</param>
    /// <param name="isComplete">Whether what is required must be there. A policy's service need not, in a map.</param>
    private JsonObject Define(TableInfo table, bool isComplete)
    {
        // "a rate limit" is rateLimit.
        var words = table.What.Split(' ').Skip(1).ToList();
        var name = string.Concat(words.Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
        if (!_definitions.ContainsKey(name))
        {
            _definitions.Add(name, null);
            var block = Block(table, isNullable: false);
            if (!isComplete) block.Remove("required");
            _definitions[name] = block;
        }

        return new() { ["$ref"] = $"#/definitions/{name}" };
    }

    private JsonObject Block(TableInfo table, bool isNullable)
    {
        var properties = new JsonObject();
        foreach (var info in table.Settings) properties.Add(info.Key, Property(info));
        var block = new JsonObject
        {
            ["type"] = isNullable ? Types("object", "null") : "object",
            ["description"] = table.Doc,
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        if (table.Settings.Any(info => info.IsRequired))
            block["required"] = Names(table.Settings.Where(info => info.IsRequired).Select(info => info.Key));
        foreach (var group in table.Alternatives)
            block["oneOf"] = new JsonArray([.. group.Select(key => (JsonNode)new JsonObject { ["required"] = new JsonArray(key) })]);
        if (table.Either.Length > 0)
            block["anyOf"] = new JsonArray([.. table.Either.Select(keys => (JsonNode)new JsonObject { ["required"] = Names(keys) })]);
        var apart = table.Settings.Where(info => info.Excludes is not null).ToList();
        if (apart.Count == 0) return block;
        var dependencies = new JsonObject();
        foreach (var info in apart)
            dependencies[info.Key] = new JsonObject { ["not"] = new JsonObject { ["required"] = new JsonArray(info.Excludes) } };
        block["dependencies"] = dependencies;
        return block;
    }

    private JsonObject Property(SettingInfo info)
    {
        if (info.Schema is not null) return Leaf(info);
        if (info.Block is { } table)
        {
            var block = Block(table, isNullable: true);
            block["description"] = info.Doc;
            return block;
        }

        if (info.Map is { } map)
        {
            return new()
            {
                ["type"] = Types("object", "null"),
                ["description"] = info.Doc,
                ["additionalProperties"] = new JsonObject
                {
                    ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "null" }, Define(map, isComplete: true)),
                },
            };
        }

        return new()
        {
            ["type"] = info.IsNullable ? Types("array", "null") : "array",
            ["description"] = info.Doc,
            ["minItems"] = info.LeastItems,
            ["items"] = Define(info.Items!, isComplete: true),
        };
    }

    private static JsonObject Leaf(SettingInfo info)
    {
        var schema = info.Schema!();
        if (info.IsNullable && schema["type"] is { } type) schema["type"] = Types(type.GetValue<string>(), "null");
        else if (info.IsNullable && schema["anyOf"] is JsonArray forms) forms.Add((JsonNode)new JsonObject { ["type"] = "null" });
        schema["description"] = info.Doc;
        if (info.HasDefault) schema["default"] = info.Default?.DeepClone();
        return schema;
    }

    private static JsonArray Types(params ReadOnlySpan<string> types) => Names(types.ToArray());

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)JsonValue.Create(name))]);
}
