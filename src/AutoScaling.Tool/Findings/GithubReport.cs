namespace AutoScaling.Tool.Findings;

/// <summary>What was found as commands of a GitHub workflow, a line each: they become annotations of the lines that they name.</summary>
internal static class GithubReport
{
    public static IEnumerable<string> Of(IEnumerable<Finding> results, string folder) => results.Select(r =>
    {
        var level = r.Level == FindingLevel.Note ? "notice" : r.Level.Word();
        return $"::{level} file={Property(FilePlace.Relative(r.File, folder))},line={r.Line},title={Property(r.Rule)}::{Data(r.Sentence)}";
    });

    // What would end a command or a property of it.
    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
