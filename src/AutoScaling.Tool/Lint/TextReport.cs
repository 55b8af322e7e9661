using AutoScaling.Tool.Findings;

namespace AutoScaling.Tool.Lint;

/// <summary>What was found, a line each; what cannot be read goes to the standard error.</summary>
internal static class TextReport
{
    public static void Write(TextWriter output, TextWriter error, IReadOnlyList<Finding> results, int policies)
    {
        foreach (var result in results.Where(r => r.Level == FindingLevel.Warning))
            output.WriteLine($"{result.File}: {result.Service}: {result.Setting}: {result.Message} [{result.Rule}]");
        var errors = results.Where(r => r.Level == FindingLevel.Error).ToList();
        foreach (var result in errors) error.WriteLine(result.Message);
        if (errors.Count > 0) return;
        var found = results.Count == 0 ? "Nothing" : $"{results.Count} trap{(results.Count == 1 ? "" : "s")}";
        output.WriteLine($"{found} found in {policies} polic{(policies == 1 ? "y" : "ies")}.");
    }
}
