using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Json.Schema;

namespace AutoScaling.Tests.Policies;

/// <summary>The JSON schema that is made from the tables of settings, asked by a validator that knows nothing of them.</summary>
public sealed class SchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(PolicyDocument.Schema());

    /// <summary>What is wrong with these depends on several settings, on the length of a duration, or on what the library looks up.</summary>
    private static readonly HashSet<string> BeyondSchemas =
    [
        "min: 3, max: 2",
        "interval: 2d",
        "type: step, metric: m, steps: [ { below: 2, change: 1 }, { from: 1, change: 1 } ]",
        "type: latency, arrivalMetric: rps, objective: 1s, serviceTime: 2s",
        "name: low, min: 9",
        "name: low, behavior: { scaleUp: { cooldown: 2d } }",
        "name: low }, { name: low",
    ];

    private static readonly string[] Documents =
        ["README.md", "src/AutoScaling/Policies/README.md", "src/AutoScaling.Simulation/README.md", "src/AutoScaling.Kubernetes/README.md", "src/AutoScaling.Prometheus/README.md"];

    [Fact]
    public void Schema_TheFileInThePackage_IsMadeFromTheTables() =>
        GeneratedFile.AssertIs("src/AutoScaling/Documents/autoscaling.schema.json", PolicyDocument.Schema());

    [Fact]
    public void Schema_IsItself_ADraft7Schema() =>
        Assert.True(MetaSchemas.Draft7.Evaluate(JsonNode.Parse(PolicyDocument.Schema())).IsValid);

    [Fact]
    public void Schema_WhatTheLibraryWrites_IsValid() => PolicyGen.Policies.Sample(
        policies => AssertValid(Decimals(JsonNode.Parse(PolicyDocument.ToJson(policies))), PolicyDocument.ToJson(policies)), iter: 500);

    [Fact]
    public void Schema_EveryYamlOfTheDocumentation_IsValid()
    {
        var texts = Documents.SelectMany(path => new Readme.Document(path).Blocks("yaml"))
            .Where(block => block.Contains("policies:", StringComparison.Ordinal))
            .ToList();
        Assert.True(texts.Count > 1);
        Assert.All(texts, text => AssertValid(Typed(YamlNodes.Parse(text, "text")), text));
    }

    [Fact]
    public void Schema_TheJsonOfTheReadme_IsValid()
    {
        var section = JsonNode.Parse(Assert.Single(new Readme.Document("README.md").Blocks("json")))!["AutoScaling"]!.AsObject();
        section.Remove("Interval");
        AssertValid(CamelCase(section), "README.md");
    }

    [Fact]
    public void Schema_EverySample_IsValidAndNamesTheSchema()
    {
        var samples = Directory.EnumerateFiles(Readme.Document.PathOf("samples"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => !file.Contains("/chart/", StringComparison.Ordinal)) // The values of a Helm chart have a schema of their own.
            .Where(file => File.ReadAllLines(file).Any(line => line.StartsWith("policies:", StringComparison.Ordinal)))
            .ToList();
        Assert.NotEmpty(samples);
        Assert.All(samples, file =>
        {
            const string names = "# yaml-language-server: $schema=";
            var first = File.ReadLines(file).First();
            Assert.StartsWith(names, first, StringComparison.Ordinal);
            Assert.Equal(
                Readme.Document.PathOf("src/AutoScaling/Documents/autoscaling.schema.json"),
                Path.GetFullPath(first[names.Length..], Path.GetDirectoryName(file)!));
            AssertValid(Typed(YamlNodes.Parse(File.ReadAllText(file), file)), file);
        });
    }

    [Fact]
    public void Schema_EveryWrongExample_IsInvalidUnlessNoSchemaCanSaySo()
    {
        var examples = ErrorTests.Settings.Select(row => (row.Data.Item1, $"policies: [ {{ service: web, {row.Data.Item1} }} ]"))
            .Concat(ErrorTests.Rules.Select(row => (row.Data.Item1, $"policies: [ {{ service: web, rules: [ {{ {row.Data.Item1} }} ] }} ]")))
            .Concat(ShadowDocumentTests.Errors.Select(row => (row.Data.Item1, $"policies: [ {{ service: web, shadows: [ {{ {row.Data.Item1} }} ] }} ]")))
            .ToList();
        Assert.All(examples, example => Assert.NotEqual(BeyondSchemas.Contains(example.Item1), !IsValid(example.Item2)));
    }

    [Theory]
    [InlineData("rules: [ { type: step, metric: m, steps: [ { to: -1 } ] } ]")]
    [InlineData("rules: [ { type: step, metric: m, steps: [ { from: 1 } ] } ]")]
    [InlineData("rules: [ { type: step, metric: m, steps: [ { change: 1, to: 1 } ] } ]")]
    [InlineData("rules: [ { type: step, metric: m, steps: [ { percentChange: 1.5 } ] } ]")]
    [InlineData("rules: [ { type: step, metric: m, steps: [ { change: 1, above: 2 } ] } ]")]
    [InlineData("behavior: { preset: k8s }")]
    [InlineData("behavior: { flapGuard: on }")]
    [InlineData("behavior: { cooldown: 5m }")]
    [InlineData("behavior: { scaleUp: { tolerance: -1 } }")]
    [InlineData("behavior: { scaleUp: { select: off } }")]
    [InlineData("behavior: { scaleUp: { cooldown: -5m } }")]
    [InlineData("behavior: { scaleUp: { rateLimits: [ { replicas: 0, period: 1m } ] } }")]
    [InlineData("behavior: { scaleUp: { rateLimits: [ { percent: 5 } ] } }")]
    [InlineData("behavior: { scaleUp: { rateLimits: [ { period: 1s } ] } }")]
    [InlineData("behavior: { scaleUp: { rateLimits: [ { percent: 5, period: 0s } ] } }")]
    [InlineData("behavior: { scaleDown: { stabilisationWindow: 5m } }")]
    public void Schema_ABrokenPartOfAPolicy_IsInvalid(string settings)
    {
        Assert.False(IsValid($"policies: [ {{ service: web, {settings} }} ]"));
        Assert.False(IsValid($"policies: {{ web: {{ {settings} }} }}"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("policies: web")]
    [InlineData("policies: [ [] ]")]
    [InlineData("policies: [ { min: 1 } ]")]
    [InlineData("{ policies: [], default: {} }")]
    [InlineData("{ policies: [], defaults: 3 }")]
    [InlineData("{ policies: [], defaults: { interval: 5s } }")]
    [InlineData("{ policies: [], version: 2 }")]
    public void Schema_AnotherShape_IsInvalid(string yaml) => Assert.False(IsValid(yaml));

    [Theory]
    [InlineData("policies: { web: , api: { min: 2 }, team-a/deployments/web: { shadows: [ { name: a, cpuTarget: 5 } ] } }")]
    [InlineData("{ version: 1, $schema: x, policies: [], defaults: { memoryTarget: null } }")]
    [InlineData("policies: { web: { interval: 00:05:00, maxMetricAge: 1h 5m, scaler: , rules: [ { type: fixed, name: a, replicas: 3 } ] } }")]
    public void Schema_WhatIsRead_IsValid(string yaml)
    {
        PolicyDocument.ParseYaml(yaml);
        Assert.True(IsValid(yaml));
    }

    [Fact]
    public void Schema_ARuleOfTheUsers_IsKnownByItsTable()
    {
        var schema = JsonSchema.FromText(PolicyDocument.Schema([RuleTypeTests.Age]));
        bool Valid(string rule) => schema.Evaluate(Typed(YamlNodes.Parse($"policies: {{ web: {{ rules: [ {rule} ] }} }}", ""))).IsValid;
        Assert.True(Valid("{ type: age, metric: a, limit: 5m, mode: min, extra: { loud: true }, weights: [ { value: 1 } ] }"));
        Assert.False(Valid("{ type: age, limit: 5m }"));
        Assert.False(Valid("{ type: age, metric: a, extra: { laud: true } }"));
        Assert.False(Valid("{ type: age, metric: a, weights: [ {} ] }"));
        Assert.False(IsValid("policies: { web: { rules: [ { type: age, metric: a } ] } }"));
    }

    private static void AssertValid(JsonNode? document, string what)
    {
        var result = Schema.Evaluate(document, new() { OutputFormat = OutputFormat.List });
        var errors = result.Details.Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(e => $"{detail.InstanceLocation}: {e.Value}"));
        Assert.True(result.IsValid, $"{string.Join('\n', errors)}\n{what}");
    }

    private static bool IsValid(string yaml) => IsValid(Typed(YamlNodes.Parse(yaml, "text")));

    private static bool IsValid(JsonNode? document) => Schema.Evaluate(document).IsValid;

    /// <summary>The library reads every leaf as text; an editor sees numbers and truth values where YAML 1.2 does.</summary>
    private static JsonNode? Typed(JsonNode? node) => node switch
    {
        JsonObject block => new JsonObject(block.Select(entry => KeyValuePair.Create(entry.Key, Typed(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Typed)]),
        JsonValue value => Typed(value.GetValue<string>()),
        _ => null,
    };

    private static JsonValue Typed(string text) =>
        bool.TryParse(text, out var flag) ? JsonValue.Create(flag)
        : text is not ['0', >= '0' and <= '9', ..] && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number)
        : JsonValue.Create(text)!;

    /// <summary>The validator knows only decimals, in which the tiniest number is 0 and the largest is none.</summary>
    private static JsonNode? Decimals(JsonNode? node) => node switch
    {
        JsonObject block => new JsonObject(block.Select(entry => KeyValuePair.Create(entry.Key, Decimals(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Decimals)]),
        JsonValue value when value.TryGetValue<double>(out var number) && Math.Abs(number) is < 1e-20 or > 1e20 => JsonValue.Create(Math.Sign(number)),
        _ => node?.DeepClone(),
    };

    private static JsonNode? CamelCase(JsonNode? node) => node switch
    {
        JsonObject block => new JsonObject(block.Select(entry => KeyValuePair.Create(char.ToLowerInvariant(entry.Key[0]) + entry.Key[1..], CamelCase(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(CamelCase)]),
        _ => node?.DeepClone(),
    };
}
