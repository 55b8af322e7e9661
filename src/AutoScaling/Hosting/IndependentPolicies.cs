using System.Collections.Immutable;

namespace AutoScaling.Hosting;

/// <summary>The policies of a source that stand each by itself: what the host cannot take is refused, and costs only itself.</summary>
/// <param name="source">The source.</param>
/// <param name="targets">All targets.</param>
internal sealed class IndependentPolicies(IIndependentPolicySource source, ManagedTargets targets)
{
    // What was read last, and of that what was taken.
    private ImmutableArray<ScalingPolicy> _read = [];
    private Dictionary<ScalingTarget, ScalingPolicy> _taken = [];

    public IIndependentPolicySource Source => source;

    /// <summary>How many were taken.</summary>
    public int Count => _taken.Count;

    /// <summary>What becomes of the policies.</summary>
    /// <param name="Changed">Those to be put in the place of what was there.</param>
    /// <param name="Gone">The source's targets that have no policy here any more.</param>
    /// <param name="Refused">Those that are not taken.</param>
    internal readonly record struct Verdict(
        IReadOnlyList<ScalingPolicy> Changed, IReadOnlyList<ManagedTarget> Gone, ImmutableArray<RefusedPolicy> Refused);

    /// <summary>Looks at what the source has answered, or once more at what it answered last, as the others may have changed.</summary>
    /// <param name="read">What it has answered; <see langword="null"/>: nothing new.</param>
    public Verdict Look(ImmutableArray<ScalingPolicy>? read)
    {
        _read = read ?? _read;
        var good = new Dictionary<ScalingTarget, ScalingPolicy>();
        var refused = new List<RefusedPolicy>();
        foreach (var policy in _read)
        {
            if (Refusal(policy, targets.Find(policy.Target), good) is { } refusal) refused.Add(refusal);
            else good.Add(policy.Target, policy);
        }

        foreach (var (policy, sentence) in targets.Clashes([.. good.Values], source).ToList())
        {
            if (good.Remove(policy.Target)) refused.Add(Taken(policy, sentence));
        }

        // What is wrong has the policy that it had; what is taken has that of somebody else.
        var wrong = refused.Where(r => !r.IsTaken).Select(r => r.Policy.Target).ToHashSet();
        List<ManagedTarget> gone =
            [.. targets.All.Where(t => t.Source == source && !good.ContainsKey(t.Target) && !wrong.Contains(t.Target))];
        List<ScalingPolicy> changed = [.. good.Values.Where(policy => !(IsSame(policy) && targets.Find(policy.Target) is not null))];
        _taken = good;
        return new(changed, gone, [.. refused]);
    }

    private RefusedPolicy? Refusal(ScalingPolicy policy, ManagedTarget? there, Dictionary<ScalingTarget, ScalingPolicy> others)
    {
        if (others.ContainsKey(policy.Target)) return Taken(policy, $"Policy '{policy.Target}' is in {source.Name} twice.");
        if (there is not null && there.Source != source)
        {
            var other = there.Source?.Name ?? "what the host was told at run time";
            return Taken(policy, $"Policy '{policy.Target}' of {source.Name} is also in {other}.");
        }

        if (there is not null && IsSame(policy)) return null;
        ImmutableArray<string> errors = [.. targets.Errors(policy)];
        return errors.IsEmpty ? null : new() { Policy = policy, Errors = errors };
    }

    private static RefusedPolicy Taken(ScalingPolicy policy, string sentence) =>
        new() { Policy = policy, Errors = [sentence], IsTaken = true };

    private bool IsSame(ScalingPolicy policy) => ReferenceEquals(_taken.GetValueOrDefault(policy.Target), policy);
}
