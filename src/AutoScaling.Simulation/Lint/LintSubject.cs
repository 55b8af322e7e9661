using System.Collections.Immutable;

namespace AutoScaling.Simulation.Lint;

/// <summary>One policy under check, and what it will run in.</summary>
internal sealed class LintSubject
{
    // No cooldown, window or interval of a policy is longer.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public LintSubject(ScalingPolicy policy, LintOptions options)
    {
        Policy = policy;
        var interval = policy.Interval ?? options.Interval;
        Interval = interval < Longest ? interval : Longest;
        StartDelay = options.StartDelay < Longest ? options.StartDelay : Longest;
        (Loads, CapacityPerReplica) = (options.Loads, options.CapacityPerReplica);
        Rules = [.. policy.Rules.Select(Checked)];
        Counting = [.. Rules.Where(rule => !rule.Rule.OnlyBounds)];
        if (Counting.IsEmpty) return;
        ImmutableArray<ScalingRule> rules = [.. Counting.Select(rule => rule.Rule)];
        Guarded = policy with { Rules = rules };
        Bare = policy with { Rules = rules, Behavior = Unguarded(policy.Behavior) };
    }

    public ScalingPolicy Policy { get; }

    public TimeSpan Interval { get; }

    public TimeSpan StartDelay { get; }

    /// <summary>Loads that the policy will meet.</summary>
    public ImmutableArray<LoadTrace> Loads { get; }

    /// <summary>What a replica serves in full use; <see langword="null"/> if nobody said.</summary>
    public double? CapacityPerReplica { get; }

    /// <summary>The policy with the user's own rules in a form that cannot throw.</summary>
    public ScalingPolicy Tried => Policy with { Rules = [.. Rules.Select(r => r.Rule is ForeignRule ? r.Rule : Policy.Rules[r.Index])] };

    /// <summary>The policy's rules in their order.</summary>
    public ImmutableArray<LintRule> Rules { get; }

    /// <summary>The rules that ask for counts.</summary>
    public ImmutableArray<LintRule> Counting { get; }

    /// <summary>The policy without the rules that only narrow the range; <see langword="null"/> if it has no others.</summary>
    public ScalingPolicy? Guarded { get; }

    /// <summary>The same without what holds changes back.</summary>
    public ScalingPolicy? Bare { get; }

    /// <summary>What the user's own rules have thrown so far.</summary>
    public RuleTroubles Troubles { get; } = new();

    /// <summary>What a sentence calls one of <see cref="Counting"/>: by its name, if no other has the same.</summary>
    public string NameOf(int counting)
    {
        var name = Counting[counting].Rule.Name;
        var same = Counting.Count(rule => string.Equals(rule.Rule.Name, name, StringComparison.Ordinal));
        return same == 1 ? $"'{name}'" : $"rules[{Counting[counting].Index}]";
    }

    // Rules are looked at as they are when they have a say. The library's own rules do not throw, whatever they are asked. All others may.
    private LintRule Checked(ScalingRule rule, int index)
    {
        var isOurs = rule.GetType().Assembly == typeof(ScalingRule).Assembly;
        if (isOurs && rule.Describe() is { } description) return new(index, rule with { During = null }, description);
        var foreign = new ForeignRule(rule, Policy, index, Troubles);
        return new(index, foreign, foreign.Description);
    }

    // The tolerances stay: they belong to what a rule asks for, and hold nothing back.
    private static ScalingBehavior Unguarded(ScalingBehavior behavior) => new()
    {
        ScaleUp = new() { Tolerance = behavior.ScaleUp.Tolerance },
        ScaleDown = new() { Tolerance = behavior.ScaleDown.Tolerance },
        FlapGuard = false,
    };
}
