namespace AutoScaling.Simulation;

/// <summary>A trap in a policy.</summary>
public sealed record LintFinding
{
    /// <summary>The lint that found it, one of those that <see cref="PolicyLint"/> lists: <c>flapping-pair</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The setting of the policy that it is about: <c>rules[0].target</c>.</summary>
    public required string Setting { get; init; }

    /// <summary>What is wrong, what comes of it, and what would be right.</summary>
    public required string Message { get; init; }

    /// <summary>The finding as one line.</summary>
    public override string ToString() => $"{Rule} at {Setting}: {Message}";

    internal static LintFinding Of(string lint, string setting, string message) =>
        new() { Rule = lint, Setting = setting, Message = message };
}
