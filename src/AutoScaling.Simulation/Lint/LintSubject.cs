using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>One policy under check, and what it will run in.</summary>
internal sealed class LintSubject
{
    /// <summary>The time of every supposed evaluation. The year has a 29 February.</summary>
    public static readonly DateTimeOffset Epoch = new(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // No cooldown, window or interval of a policy is longer.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly SortedDictionary<int, Exception> _troubles = [];
    private readonly ImmutableArray<int> _counting;

    public LintSubject(ScalingPolicy policy, LintOptions options)
    {
        Policy = policy;
        var interval = policy.Interval ?? options.Interval;
        Interval = interval < Longest ? interval : Longest;
        StartDelay = options.StartDelay < Longest ? options.StartDelay : Longest;
        Rules = [.. policy.Rules.Select((rule, i) => IsBuiltIn(rule) ? rule : new ForeignRule(rule, policy, i, this))];
        Bounding = [.. Enumerable.Range(0, Rules.Length).Where(i => Rules[i] is ScheduleRule or ForeignRule)];
        _counting = [.. Enumerable.Range(0, Rules.Length).Where(i => !Rules[i].OnlyBounds)];
        Counting = [.. _counting.Select(i => Rules[i])];
        if (Counting.IsEmpty) return;
        HasForeign = Counting.Any(rule => rule is ForeignRule);
        Guarded = policy with { Rules = Counting };
        Bare = policy with { Rules = Counting, Behavior = Unguarded(policy.Behavior) };
    }

    public ScalingPolicy Policy { get; }

    public TimeSpan Interval { get; }

    public TimeSpan StartDelay { get; }

    /// <summary>The policy's rules in their order, the user's own ones so that they cannot throw.</summary>
    public ImmutableArray<ScalingRule> Rules { get; }

    /// <summary>The rules that ask for counts.</summary>
    public ImmutableArray<ScalingRule> Counting { get; }

    /// <summary>Where among the rules those are that may narrow the range.</summary>
    public ImmutableArray<int> Bounding { get; }

    /// <summary>The policy without its schedules; <see langword="null"/> if it has nothing else.</summary>
    public ScalingPolicy? Guarded { get; }

    /// <summary>The same without what holds changes back.</summary>
    public ScalingPolicy? Bare { get; }

    /// <summary>Whether a rule of the user's own asks for counts.</summary>
    public bool HasForeign { get; }

    /// <summary>Where among the rules one of <see cref="Counting"/> is.</summary>
    public int IndexOf(int counting) => _counting[counting];

    /// <summary>What a sentence calls one of <see cref="Counting"/>: by its name, if that is only its own.</summary>
    public string NameOf(int counting)
    {
        var name = Counting[counting].Name;
        return Counting.Count(rule => string.Equals(rule.Name, name, StringComparison.Ordinal)) == 1 ? $"'{name}'" : $"rules[{IndexOf(counting)}]";
    }

    public void Note(int rule, Exception trouble) => _troubles.TryAdd(rule, trouble);

    /// <summary>What the other checks came across while they asked the user's own rules.</summary>
    public IEnumerable<LintFinding> Throws()
    {
        // Not every check asks every rule.
        var nothing = new ScalingObservation { Replicas = ReplicaStatus.AllReady(Math.Max(1, Policy.Range.Min)) };
        foreach (var rule in Rules.OfType<ForeignRule>()) rule.Recommend(Policy.CreateContext(nothing, Epoch));
        return _troubles.Select(trouble => Find(
            "rule-throws",
            $"rules[{trouble.Key}]",
            $"The rule throws {trouble.Value.GetType().Name} ({trouble.Value.Message}), and an evaluation at which it does decides nothing. "
                + "Let it return Recommendation.Unavailable where it cannot say."));
    }

    public static LintFinding Find(string rule, string setting, string message) => new() { Rule = rule, Setting = setting, Message = message };

    // The tolerances are not guards: they say what a rule asks for.
    private static ScalingBehavior Unguarded(ScalingBehavior behavior) => new()
    {
        ScaleUp = new() { Tolerance = behavior.ScaleUp.Tolerance },
        ScaleDown = new() { Tolerance = behavior.ScaleDown.Tolerance },
        FlapGuard = false,
    };

    private static bool IsBuiltIn(ScalingRule rule) => rule is ThresholdRule or TargetTrackingRule or StepRule or BacklogRule or ScheduleRule or FixedRule;
}
