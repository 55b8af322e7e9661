using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoScaling.Tests.Readme;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.OpenTelemetry.Tests;

/// <summary>The expressions that stand in the repository for dashboards and alerts, and what they name.</summary>
internal static partial class Expressions
{
    public const string Alerts = "docs/monitoring/alerts.yaml";
    public const string Dashboard = "docs/monitoring/dashboard.json";

    public static IEnumerable<string> OfAlerts()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Document.PathOf(Alerts))));
        return
            from rule in Rules((YamlMappingNode)yaml.Documents[0].RootNode)
            select ((YamlScalarNode)rule["expr"]).Value!;
    }

    /// <summary>With its variables as Grafana would fill them in.</summary>
    public static IEnumerable<string> OfDashboard() =>
        from panel in JsonNode.Parse(File.ReadAllText(Document.PathOf(Dashboard)))!["panels"]!.AsArray()
        from target in panel!["targets"]?.AsArray() ?? []
        select ((string)target!["expr"]!).Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$target", "web|db", StringComparison.Ordinal);

    /// <summary>The metrics that an expression names, each with the labels that it is chosen by.</summary>
    public static IEnumerable<(string Metric, string[] Labels)> Named(string expression) => Metric().Matches(By().Replace(expression, " "))
        .Select(m => (m.Groups["name"].Value, Label().Matches(m.Groups["labels"].Value).Select(l => l.Groups["label"].Value).ToArray()));

    /// <summary>The labels that an expression puts metrics together by.</summary>
    public static IEnumerable<string> Grouped(string expression) =>
        By().Matches(expression).SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries));

    private static IEnumerable<YamlMappingNode> Rules(YamlMappingNode root) =>
        from @group in ((YamlSequenceNode)root["groups"]).Cast<YamlMappingNode>()
        from rule in ((YamlSequenceNode)@group["rules"]).Cast<YamlMappingNode>()
        select rule;

    [GeneratedRegex(@"\b(?<name>autoscaling_\w+)(\{(?<labels>[^}]*)\})?", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?<label>\w+)\s*(=~|!~|!=|=)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\bby\s*\((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex By();
}
