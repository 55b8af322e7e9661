using System.Collections.Immutable;
using AutoScaling.Simulation.Lint;

namespace AutoScaling.Simulation;

/// <summary>Checks policies for traps before they run. What it finds is allowed, and rarely meant.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>unreachable-target</c>: the metric cannot reach the value from which replicas are added, always exceeds it, or does not fall
/// when they are.</item>
/// <item><c>unreachable-minimum</c>: rounding keeps the count above the least replicas.</item>
/// <item><c>no-way-back-from-zero</c>: the policy scales to 0, where no rule asks for replicas again.</item>
/// <item><c>wide-tolerance</c>: the tolerance hides more than one replica already at the least replicas.</item>
/// <item><c>short-cooldown</c>: replicas are added again before the first new ones serve.</item>
/// <item><c>contradicting-range</c>: the range leaves the rules nothing to decide, or a rule asks for what lies outside of it.</item>
/// <item><c>contradicting-schedules</c>: at some time one schedule allows only more than another one does.</item>
/// <item><c>ineffective-schedule</c>: a schedule never opens, practically never closes, or changes nothing.</item>
/// <item><c>flapping-pair</c>: at one load, rules add replicas and remove them again.</item>
/// <item><c>long-interval</c>: a window, period, cooldown or schedule is shorter than the time between two evaluations.</item>
/// <item><c>held-forecast</c>: a cooldown or window takes back what a forecast gains.</item>
/// <item><c>blind-forecast</c>: a forecast sees CPU alone, where the policy reads a request rate.</item>
/// <item><c>small-maximum</c>: on a load (<see cref="LintOptions.Loads"/>) the policy is at its maximum, and more are needed.</item>
/// <item><c>rule-throws</c>: a rule of your own throws, which rules may not.</item>
/// </list>
/// </remarks>
public static class PolicyLint
{
    // Findings come in this order. The last lint tells what the others came across while they asked the user's own rules.
    private static readonly ImmutableArray<Func<LintSubject, IEnumerable<LintFinding>>> Lints =
    [
        TargetLint.Check,
        MinimumLint.Check,
        ToleranceLint.Check,
        CooldownLint.Check,
        RangeLint.Check,
        ScheduleLint.Check,
        FlappingLint.Check,
        IntervalLint.Check,
        ForecastLint.Check,
        LoadLint.Check,
        ThrowingLint.Check,
    ];

    /// <summary>Checks a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">What the policy will run in; <see langword="null"/> for the defaults.</param>
    /// <returns>The traps, in a fixed order; empty if there are none. The same policy always gives the same answer.</returns>
    public static ImmutableArray<LintFinding> Check(ScalingPolicy policy, LintOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var subject = new LintSubject(policy, options ?? new());
        return [.. Lints.SelectMany(check => check(subject))];
    }
}
