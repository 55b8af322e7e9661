using System.Text.Json.Nodes;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Findings;

/// <summary>What was found as SARIF 2.1.0, the format of OASIS that code scanning and editors read.</summary>
internal static class SarifReport
{
    public static string Of(IReadOnlyList<Finding> results, string version, string folder)
    {
        string[] rules = [.. results.Select(r => r.Rule).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var driver = new JsonObject
        {
            ["name"] = "autoscaling",
            ["version"] = version,
            ["rules"] = new JsonArray([.. rules.Select(rule => new JsonObject { ["id"] = rule })]),
        };
        return JsonOutput.Of(new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject { ["driver"] = driver },
                ["results"] = new JsonArray([.. results.Select(r => Result(r, Array.IndexOf(rules, r.Rule), folder))]),
            }),
        });
    }

    private static JsonObject Result(Finding result, int rule, string folder) => new()
    {
        ["ruleId"] = result.Rule,
        ["ruleIndex"] = rule,
        ["level"] = result.Level.Word(),
        ["message"] = new JsonObject { ["text"] = result.Service is null ? result.Message : $"{result.Service}: {result.Message}" },
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = FilePlace.Uri(result.File, folder) },
                ["region"] = new JsonObject { ["startLine"] = result.Line },
            },
        }),
    };
}
