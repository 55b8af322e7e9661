using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>Checks policies for traps before they run. What it finds is allowed, and rarely meant.</summary>
public static class PolicyLint
{
    /// <summary>Checks a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">What the policy will run in; <see langword="null"/> for the defaults.</param>
    public static ImmutableArray<LintFinding> Check(ScalingPolicy policy, LintOptions? options = null) => throw new NotSupportedException();
}

/// <summary>What a checked policy will run in.</summary>
public sealed record LintOptions
{
    /// <summary>How long a replica takes until it serves.</summary>
    /// <value>60 s by default; at least 0.</value>
    public TimeSpan StartDelay
    {
        get;
        init => field = Setting.NotNegative(value);
    }
    = TimeSpan.FromSeconds(60);

    /// <summary>The loop's time between two evaluations, for policies that have none of their own.</summary>
    /// <value>30 s by default; more than 0.</value>
    public TimeSpan Interval
    {
        get;
        init => field = Setting.Positive(value);
    }
    = TimeSpan.FromSeconds(30);
}

/// <summary>A trap in a policy.</summary>
public sealed record LintFinding
{
    /// <summary>The rule that found it: <c>flapping-pair</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The setting of the policy that it is about: <c>rules[0].target</c>.</summary>
    public required string Setting { get; init; }

    /// <summary>What is wrong, what comes of it, and what would be right.</summary>
    public required string Message { get; init; }
}
