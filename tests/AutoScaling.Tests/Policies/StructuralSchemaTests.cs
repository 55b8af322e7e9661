using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;

namespace AutoScaling.Tests.Policies;

/// <summary>The structural schema: what Kubernetes allows of it, and what it says. An API server takes it in the tests of AutoScaling.Kubernetes.</summary>
public sealed class StructuralSchemaTests
{
    private const string AnyValue = "x-kubernetes-preserve-unknown-fields";

    private static readonly string[] Allowed =
    [
        "type", "description", "properties", "items", "additionalProperties", "required", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "minItems", "minLength", "pattern", "default", "nullable", AnyValue,
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static JsonObject Schema => JsonNode.Parse(PolicyDocument.StructuralSchema())!.AsObject();

    [Fact]
    public void StructuralSchema_EveryPart_HasOneTypeOrNone() => Assert.All(Parts(Schema, "spec"), part =>
    {
        Assert.Empty(part.Schema.Select(p => p.Key).Except(Allowed));
        Assert.True(part.Schema.ContainsKey(AnyValue) != part.Schema["type"] is JsonValue, part.Path);
        if (part.Schema["pattern"] is { } pattern) Assert.DoesNotMatch(@"\(\?|\\u", (string)pattern!);
        foreach (var required in part.Schema["required"]?.AsArray() ?? []) Assert.True(part.Schema["properties"]!.AsObject().ContainsKey((string)required!), part.Path);
    });

    [Fact]
    public void StructuralSchema_Defaults_StandWhereNothingElseDecides()
    {
        var defaults = Parts(Schema, "spec").Where(part => part.Schema.ContainsKey("default")).ToDictionary(part => part.Path, part => part.Schema["default"]!.ToJsonString());
        Assert.Equal(
            ["spec.combine", "spec.enabled", "spec.maxMetricAge", "spec.mode", "spec.multipleOf", "spec.paused", "spec.scaleDownOnlyIfAllAgree"],
            defaults.Keys.Order(StringComparer.Ordinal));

        // Whoever has them filled in means the same.
        var filled = new JsonObject(defaults.Select(d => KeyValuePair.Create<string, JsonNode?>(d.Key["spec.".Length..], JsonNode.Parse(d.Value))));
        Assert.Equal(new ScalingPolicy { Target = "web" }, PolicyDocument.ParsePolicy("web", filled.ToJsonString()));
    }

    [Fact]
    public void StructuralSchema_EverySettingOfAWrittenPolicy_IsInIt() => PolicyGen.Policies.Sample(
        policies =>
        {
            foreach (var policy in JsonNode.Parse(PolicyDocument.ToJson(policies))!["policies"]!.AsArray())
            {
                policy!.AsObject().Remove("service");
                policy.AsObject().Remove("scaler");
                AssertKnown(policy, Schema, "spec");
            }
        },
        iter: 200);

    [Fact]
    public void StructuralSchema_RulesOfTheUsers_AreInIt()
    {
        var schema = PolicyDocument.StructuralSchema([RuleType.Create("night", new Readme.Snippets.NightRule())]);
        Assert.Contains("night", JsonNode.Parse(schema)!["properties"]!["rules"]!["items"]!["properties"]!["type"]!["enum"]!.AsArray().Select(n => (string)n!));
    }

    [Theory]
    [InlineData("""{ "min": 3, "max": 2 }""", "Max must be at least Min (3), but is 2.")]
    [InlineData("""{ "cpuTraget": 3 }""", "'cpuTraget' is not a setting of a policy; did you mean 'cpuTarget'?")]
    [InlineData("""{ "service": "api" }""", "Service must be left out, as it is known: 'web'.")]
    [InlineData("""[ 1 ]""", "The settings of the policy must be a block.")]
    [InlineData("""{ "rules": [ { "type": "fixed" } ] }""", "rules[0]: Replicas is required for a rule of type fixed.")]
    public void ParsePolicy_BreaksARule_SaysWhich(string json, string sentence) =>
        Assert.Equal([sentence], Assert.Throws<ScalingException>(() => PolicyDocument.ParsePolicy("web", json)).Errors);

    [Fact]
    public void ParsePolicy_LeavesSomethingOut_HasTheHostsDefaults()
    {
        PolicyDefaults defaults = new() { Range = new(2, 30), CpuTarget = 55 };
        Assert.Equal(ScalingPolicy.For("web", defaults) with { Range = new(2, 9) }, PolicyDocument.ParsePolicy("web", """{ "max": 9 }""", defaults));
    }

    private static void AssertKnown(JsonNode? value, JsonObject schema, string path)
    {
        if (schema.ContainsKey(AnyValue) || value is null) return;
        if (value is JsonArray list)
        {
            Assert.True((string?)schema["type"] == "array", path);
            foreach (var item in list) AssertKnown(item, schema["items"]!.AsObject(), path + "[]");
            return;
        }

        if (value is not JsonObject block)
        {
            // Go writes characters in another way than .NET.
            if ((string?)schema["pattern"] is not { } pattern) return;
            var here = Regex.Replace(pattern, @"\\x\{(?<code>[0-9A-F]{4})\}", @"\u${code}", RegexOptions.ExplicitCapture, Patience);
            Assert.Matches(new Regex(here, RegexOptions.None, Patience), (string)value!);
            return;
        }

        foreach (var (key, setting) in block)
        {
            var part = schema["properties"]?[key] ?? schema["additionalProperties"];
            Assert.True(part is not null, $"{path}.{key}");
            AssertKnown(setting, part.AsObject(), $"{path}.{key}");
        }
    }

    private static IEnumerable<(string Path, JsonObject Schema)> Parts(JsonObject schema, string path)
    {
        yield return (path, schema);
        foreach (var (key, value) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (var part in Parts(value!.AsObject(), $"{path}.{key}")) yield return part;
        }

        foreach (var inner in new[] { schema["items"], schema["additionalProperties"] })
        {
            if (inner is not JsonObject block) continue;
            foreach (var part in Parts(block, path + "[]")) yield return part;
        }
    }
}
