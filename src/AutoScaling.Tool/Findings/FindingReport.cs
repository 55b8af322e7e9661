using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Findings;

/// <summary>Tells findings to other programs.</summary>
internal static class FindingReport
{
    /// <summary>Writes what was found in a format for programs.</summary>
    /// <returns>Whether that is one; text is left to who has found it.</returns>
    public static bool Write(ReportFormat format, IReadOnlyList<Finding> findings, int policies)
    {
        switch (format)
        {
            case ReportFormat.Json:
                Console.Out.WriteLine(JsonReport.Of(findings, policies));
                return true;
            case ReportFormat.Sarif:
                Console.Out.WriteLine(SarifReport.Of(findings, ToolVersion.Text, Environment.CurrentDirectory));
                return true;
            case ReportFormat.Github:
                foreach (var line in GithubReport.Of(findings, Environment.CurrentDirectory)) Console.Out.WriteLine(line);
                return true;
            default:
                return false;
        }
    }
}
