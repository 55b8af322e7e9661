using System.Text.Json.Nodes;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Lint;

/// <summary>What was found, as one JSON object.</summary>
internal static class JsonReport
{
    public static string Of(IEnumerable<LintResult> results, int policies) => JsonOutput.Of(new JsonObject
    {
        ["policies"] = policies,
        ["findings"] = new JsonArray([.. results.Select(Finding)]),
    });

    private static JsonObject Finding(LintResult result) => new()
    {
        ["level"] = result.Level == LintLevel.Error ? "error" : "warning",
        ["rule"] = result.Rule,
        ["file"] = result.File,
        ["line"] = result.Line,
        ["service"] = result.Service,
        ["setting"] = result.Setting,
        ["message"] = result.Message,
    };
}
