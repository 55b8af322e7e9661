using AutoScaling.Simulation;
using AutoScaling.Tool.Findings;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Lint;

/// <summary>What a lint has found, as findings.</summary>
internal static class LintFindings
{
    /// <summary>The rule of what cannot be read.</summary>
    public const string Invalid = "invalid-policy";

    public static Finding Of(PolicyOfFile policy, LintFinding finding) => new()
    {
        File = policy.File,
        Line = policy.LineOf(finding.Setting),
        Service = policy.Policy.Target.Name,
        Setting = finding.Setting,
        Rule = finding.Rule,
        Level = FindingLevel.Warning,
        Message = finding.Message,
    };

    /// <summary>A sentence about a file that cannot be read.</summary>
    public static Finding Of(string file, string error) => new()
    {
        File = file,
        Line = ErrorLine.Of(error) ?? 1,
        Rule = Invalid,
        Level = FindingLevel.Error,
        Message = error,
    };
}
