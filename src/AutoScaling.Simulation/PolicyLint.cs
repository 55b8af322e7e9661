using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>Checks policies for traps before they run. What it finds is allowed, and rarely meant.</summary>
public static class PolicyLint
{
    /// <summary>Checks a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">What the policy will run in; <see langword="null"/> for the defaults.</param>
    /// <returns>The traps, in a fixed order; empty if there are none. The same policy always gives the same answer.</returns>
    public static ImmutableArray<LintFinding> Check(ScalingPolicy policy, LintOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var subject = new LintSubject(policy, options ?? new());
        return
        [
            .. TargetLint.Check(subject),
            .. MinimumLint.Check(subject),
            .. ToleranceLint.Check(subject),
            .. CooldownLint.Check(subject),
            .. RangeLint.Check(subject),
            .. ScheduleLint.Check(subject),
            .. FlappingLint.Check(subject),
            .. IntervalLint.Check(subject),
            .. subject.Throws(),
        ];
    }
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
    /// <value>
    /// <list type="bullet">
    /// <item><c>unreachable-target</c>: the metric cannot reach the value from which replicas are added, always exceeds it, or does not fall when they are.</item>
    /// <item><c>unreachable-minimum</c>: rounding keeps the count above the least replicas.</item>
    /// <item><c>no-way-back-from-zero</c>: the policy scales to 0, where no rule asks for replicas again.</item>
    /// <item><c>wide-tolerance</c>: the tolerance hides more than one replica already at the least replicas.</item>
    /// <item><c>short-cooldown</c>: replicas are added again before the first new ones serve.</item>
    /// <item><c>contradicting-range</c>: the range leaves the rules nothing to decide, or a rule asks for what lies outside of it.</item>
    /// <item><c>contradicting-schedules</c>: at some time one schedule allows only more than another one does.</item>
    /// <item><c>ineffective-schedule</c>: a schedule never opens, practically never closes, or changes nothing.</item>
    /// <item><c>flapping-pair</c>: at one load, rules add replicas and remove them again.</item>
    /// <item><c>long-interval</c>: a window, period, cooldown or schedule is shorter than the time between two evaluations.</item>
    /// <item><c>rule-throws</c>: a rule of your own throws, which rules may not.</item>
    /// </list>
    /// </value>
    public required string Rule { get; init; }

    /// <summary>The setting of the policy that it is about: <c>rules[0].target</c>.</summary>
    public required string Setting { get; init; }

    /// <summary>What is wrong, what comes of it, and what would be right.</summary>
    public required string Message { get; init; }

    /// <summary>The finding as one line.</summary>
    public override string ToString() => $"{Rule} at {Setting}: {Message}";
}
