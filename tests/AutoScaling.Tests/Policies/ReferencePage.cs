using System.Text;
using System.Text.Json.Nodes;
using AutoScaling.Behaviors;

namespace AutoScaling.Tests.Policies;

/// <summary>The page that lists every setting, made from the tables of settings.</summary>
internal static class ReferencePage
{
    private const string Intro = $"""
        <!-- Made from the tables of settings: change those, and run the tests of AutoScaling.Tests once with {GeneratedFile.Switch}=1 to write this page again. -->
        # Policy settings

        Every setting that a policy document may hold. In JSON, YAML and configuration the names are the same, and upper or lower case does not matter. A name that is not a setting is an error, and all errors are reported at once. Durations are written `30s`, `5m`, `1h30m`, `500ms` or `00:05:00`; a metric is `NAME` or `NAME@SOURCE`. Editors check and complete documents by [the schema](../Documents/autoscaling.schema.json), which the package has as `schema/autoscaling.schema.json`: write `# yaml-language-server: $schema=PATH` as the first line of a YAML file, or `"$schema": "PATH"` in JSON.

        Policies are a map by service, or a list of which each names its `service`. In configuration use the map: of two lists, configuration merges the items with the same number, so that a second `appsettings` file or a variable gives one policy the rules of another.

        """;

    public static string Text()
    {
        var types = RuleTypes.With(null);
        var settings = new PolicySettings(types, PolicyDefaults.Library);
        var page = new StringBuilder(Intro);
        page.Append("\nEverything at once, most of it with its default:\n\n").Append(Yaml(Everything(types, settings)));
        page.Append("\n## The document\n\n").Append(Table(PolicyReader.Head.Describe(PolicyReader.Head.Seed, known: true).Settings));
        page.Append("\n## Defaults\n").Append(Section(DefaultsSettings.Table.Describe(PolicyDefaults.Library, known: true)));
        page.Append("\n## A policy\n").Append(Section(settings.Policy.Describe(settings.Seed, known: true)));
        page.Append("\n## Rules\n\nEach has a `type`, may have a `name` of its own and a `during`, and the settings of its type. `during` says when the rule has a say: a block with `start` and `end`, or `from` and `to`, `timeZone` and `except` as a schedule has them, or the name of a schedule among the same rules (a shadow with rules of its own names its own). `except` of a schedule may name others, too: it is closed while these are open by their own times and dates; what they are excepted from in turn does not count. Rules of your own are described by the `RuleType` that you register for them.\n");
        page.Append('\n').Append(Table([new() { Key = DuringSetting.Key, Doc = DuringSetting.Doc, Words = "a block, or text", HasDefault = true }]));
        foreach (var type in types.All) Rule(page, type);
        Behavior(page);
        var metrics = settings.Policy.Describe(settings.Seed, known: true).Settings.Single(info => info.Map is not null);
        page.Append("\n## A metric\n\nIn the map `metrics` of a policy, by the metric's name, or by `name@source`. ").Append(metrics.Map!.Doc).Append("\n\n").Append(Rows(metrics.Map));
        var over = settings.Policy.Describe(settings.Seed, known: true).Settings.Single(info => info.Key == "override");
        page.Append("\n## An override\n").Append(Section(over.Block!));
        page.Append("\n## A shadow\n").Append(Section(settings.Shadow.Describe(settings.Shadow.Seed, known: false)));
        page.Append("\n## The loop\n\nBeside policies and defaults, the section of `AddAutoScaling(section)` in the configuration holds the settings of the loop:\n\n")
            .Append(Table(OptionsSettings.Section.Describe(new(), known: true).Settings));
        return page.ToString();
    }

    private static void Rule(StringBuilder page, RuleType type)
    {
        var table = type.Describe();
        page.Append($"\n### {type.Name}\n").Append(Section(table));
        foreach (var list in table.Settings.Where(info => info.Items is not null)) page.Append($"\nEach of `{list.Key}`:\n\n").Append(Rows(list.Items!));
    }

    private static void Behavior(StringBuilder page)
    {
        var behavior = BehaviorSettings.Table.Describe(ScalingBehavior.Default, known: true);
        page.Append("\n## A behavior\n").Append(Section(behavior)).Append("\nWhat each preset says:\n\n```yaml\n");
        foreach (var (name, value) in BehaviorSettings.Table.Presets)
        {
            var preset = new JsonObject { [name] = BehaviorSettings.Table.Write(new JsonObject(), value, new(), all: false) };
            page.Append(YamlText.Write(preset));
        }

        // The directions differ only in their defaults.
        page.Append("```\n\n### A direction, and its rate limits\n");
        TableInfo[] directions = [.. behavior.Settings.Where(info => info.Block is not null).Select(info => info.Block!)];
        var both = directions[0].Settings.Zip(directions[1].Settings, (up, down) =>
            Default(up) == Default(down) ? up : up with { Default = $"{up.Default} up, {down.Default} down" });
        page.Append($"\n{directions[0].Doc}\n\n").Append(Table(both));
        page.Append(Section(directions[0].Settings.Single(info => info.Items is not null).Items!));
    }

    private static JsonObject Everything(RuleTypes types, PolicySettings settings)
    {
        var document = PolicyReader.Head.Write(PolicyReader.Head.Seed, PolicyReader.Head.Seed, all: true);
        document.Add("defaults", DefaultsSettings.Table.Write(PolicyDefaults.Library, PolicyDefaults.Library, all: true));
        ScalingPolicy web = new() { Target = "web", Range = new(2, 20), Rules = [new ThresholdRule { CpuTarget = 60, MemoryTarget = 80, ExactArithmetic = true }] };
        ScalingPolicy orders = new()
        {
            Target = "orders",
            Rules = [.. types.All.Select(type => type.Seed)],
            Interval = TimeSpan.FromSeconds(15),
            Behavior = ScalingBehavior.Kubernetes,
            Metrics = [new() { Metric = "requests@app", AtMost = 100_000, IfMissing = MissingMeaning.Of(0), IfFailedReplicas = 5 }, new() { Metric = MetricRef.Memory, FollowsLoad = false }],
        };
        var full = settings.Policy.Write(orders with { Shadows = [new() { Name = "calmer", Policy = orders }] }, settings.Seed, all: true);
        full["rules"] = new JsonArray([.. types.All.Select(type => (JsonNode)Full(type))]);
        full["behavior"] = new JsonObject([KeyValuePair.Create("preset", (JsonNode?)"kubernetes"), .. full["behavior"]!.DeepClone().AsObject().ToList().Select(Free)]);
        full["override"] = new JsonObject { ["kind"] = "hold", ["replicas"] = 5, ["until"] = "2026-12-24T18:00:00Z", ["reason"] = "sale", ["by"] = "ann" };
        full["shadows"] = new JsonArray(new JsonObject
        {
            ["name"] = "calmer",
            ["behavior"] = new JsonObject { ["scaleDown"] = new JsonObject { ["stabilizationWindow"] = "15m" } },
        });
        document.Add("policies", new JsonObject { ["web"] = Keyed(settings.Policy.Write(web, settings.Seed, all: false)), ["orders"] = Keyed(full) });
        return document;
    }

    private static KeyValuePair<string, JsonNode?> Free(KeyValuePair<string, JsonNode?> entry) => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone());

    private static JsonObject Full(RuleType type) =>
        new(
        [
            KeyValuePair.Create("type", (JsonNode?)type.Name),
            KeyValuePair.Create("name", (JsonNode?)type.Seed.Name),
            .. type.Seed is FixedRule ? new[] { KeyValuePair.Create(DuringSetting.Key, (JsonNode?)"schedule") } : [],
            .. type.Write(type.Seed, true).ToList().Select(Free),
        ]);

    private static JsonObject Keyed(JsonObject policy)
    {
        policy.Remove("service");
        return policy;
    }

    private static string Section(TableInfo table) => $"\n{table.Doc}\n\n{Rows(table)}";

    private static string Rows(TableInfo table) => Table(table.Settings) + string.Concat(table.Alternatives.Select(keys => Alternatives(keys))) + Either(table);

    private static string Either(TableInfo table) => table.Either.Length == 0
        ? ""
        : $"\nRequired are {SettingValues.Enumerate([.. table.Either.Select(keys => SettingValues.Enumerate([.. keys.Select(key => $"`{key}`")], "and"))], "or")}.\n";

    private static string Alternatives(IEnumerable<string> keys) =>
        $"\nExactly one of {SettingValues.Enumerate([.. keys.Select(key => $"`{key}`")], "and")} is required.\n";

    private static string Table(IEnumerable<SettingInfo> settings) =>
        "| setting | value | default | meaning |\n| --- | --- | --- | --- |\n"
        + string.Concat(settings.Select(info => $"| `{info.Key}` | {Words(info)} | {Default(info)} | {info.Doc} |\n"));

    private static string Words(SettingInfo info) => info.IsNullable && info.Schema is not null ? $"{info.Words}, or null" : info.Words;

    private static string Default(SettingInfo info) =>
        info.IsRequired ? "required"
        : info.Items is not null ? "empty"
        : !info.HasDefault ? ""
        : info.Default is null ? "null"
        : $"`{info.Default}`";

    private static string Yaml(JsonObject document) => $"```yaml\n{YamlText.Write(document)}```\n";
}
