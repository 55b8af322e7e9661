namespace AutoScaling.Tool.Findings;

/// <summary>How it is told what was found.</summary>
internal enum ReportFormat
{
    /// <summary>A line for each, for people.</summary>
    Text,

    /// <summary>An object with all of it, for programs.</summary>
    Json,

    /// <summary>SARIF 2.1.0, for code scanning and editors.</summary>
    Sarif,

    /// <summary>Commands of a GitHub workflow, which shows them beside the lines of a pull request.</summary>
    Github,
}
