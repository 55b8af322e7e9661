using System.Text.Json.Nodes;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Findings;

/// <summary>What was found, as one JSON object.</summary>
internal static class JsonReport
{
    public static string Of(IEnumerable<Finding> results, int policies) => JsonOutput.Of(new JsonObject
    {
        ["policies"] = policies,
        ["findings"] = new JsonArray([.. results.Select(Finding)]),
    });

    private static JsonObject Finding(Finding result) => new()
    {
        ["level"] = result.Level.Word(),
        ["rule"] = result.Rule,
        ["file"] = result.File,
        ["line"] = result.Line,
        ["service"] = result.Service,
        ["setting"] = result.Setting,
        ["message"] = result.Message,
    };
}
