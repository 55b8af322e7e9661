using AutoScaling.Simulation;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Lint;

/// <summary>How bad it is, what a lint has found.</summary>
internal enum LintLevel
{
    /// <summary>A trap: allowed, and rarely meant.</summary>
    Warning,

    /// <summary>A policy cannot be read.</summary>
    Error,
}

/// <summary>What a lint has found in a file.</summary>
internal sealed record LintResult
{
    /// <summary>The rule of what cannot be read.</summary>
    public const string Invalid = "invalid-policy";

    public required string File { get; init; }

    /// <summary>The line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The service of the policy; <see langword="null"/> if it could not be read.</summary>
    public string? Service { get; init; }

    /// <summary>The setting; <see langword="null"/> if the policy could not be read.</summary>
    public string? Setting { get; init; }

    public required string Rule { get; init; }

    public required LintLevel Level { get; init; }

    public required string Message { get; init; }

    public static LintResult Of(PolicyOfFile policy, LintFinding finding) => new()
    {
        File = policy.File,
        Line = policy.LineOf(finding.Setting),
        Service = policy.Policy.Target.Name,
        Setting = finding.Setting,
        Rule = finding.Rule,
        Level = LintLevel.Warning,
        Message = finding.Message,
    };

    /// <summary>A sentence about a file that cannot be read.</summary>
    public static LintResult Of(string file, string error) => new()
    {
        File = file,
        Line = ErrorLine.Of(error) ?? 1,
        Rule = Invalid,
        Level = LintLevel.Error,
        Message = error,
    };
}
