using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>What the names of targets stand for: two policies for one thing would undo each other's work.</summary>
internal sealed class TargetNames(RegisteredPorts ports)
{
    // By what is scaled, the name that was last put here; its policy may be gone by now. What is called as it is needs no entry: a large
    // host has hardly anything else.
    private readonly Dictionary<ScaledThing, ScalingTarget> _names = [];

    /// <summary>Those of some policies that are for the same as another one of them, or as one that is here.</summary>
    /// <param name="policies">What is to be put here.</param>
    /// <param name="staying">The policy that stays here under a name; <see langword="null"/> if none does.</param>
    public IEnumerable<(ScalingPolicy Policy, string Sentence)> Clashes(
        IEnumerable<ScalingPolicy> policies, Func<ScalingTarget, ScalingPolicy?> staying)
    {
        var seen = new Dictionary<ScaledThing, ScalingTarget>();
        foreach (var policy in policies)
        {
            if (Thing(policy) is not { } thing) continue;
            var other = seen.GetValueOrDefault(thing) ?? Staying(thing, policy.Target);
            if (other is not null && other != policy.Target)
                yield return (policy, $"Policies '{other}' and '{policy.Target}' are both for {thing.Identity}.");
            else seen[thing] = policy.Target;
        }

        ScalingTarget? Staying(ScaledThing thing, ScalingTarget but)
        {
            if (_names.GetValueOrDefault(thing) is { } name && name != but
                && staying(name) is { } policy && string.Equals(policy.Scaler, thing.Scaler, StringComparison.Ordinal))
            {
                return name;
            }

            return thing.IsName && !IsOwn(thing, but) && ScalingTarget.TryOf(thing.Text) is { } own
                && staying(own) is { } called && Thing(called) == thing ? own : null;
        }
    }

    public void Put(ScalingPolicy policy)
    {
        if (Thing(policy) is { } thing && !IsOwn(thing, policy.Target)) _names[thing] = policy.Target;
    }

    public void Forget(ScalingPolicy policy)
    {
        if (Thing(policy) is { } thing && _names.GetValueOrDefault(thing) == policy.Target) _names.Remove(thing);
    }

    private static bool IsOwn(ScaledThing thing, ScalingTarget target) =>
        thing.IsName && string.Equals(thing.Text, target.Name, StringComparison.Ordinal);

    private ScaledThing? Thing(ScalingPolicy policy) => ports.Identify(policy, out _) is not { } identity ? null
        : IsItsName(identity, policy.Target.Name) ? new(policy.Scaler, policy.Target.Name, IsName: true)
        : identity is ['\'', .. var name, '\''] ? new(policy.Scaler, name, IsName: true)
        : new(policy.Scaler, identity, IsName: false);

    // Most are called what they are: then there is no need to keep the name a second time, in quotes.
    private static bool IsItsName(string identity, string name) =>
        identity is ['\'', .., '\''] && identity.AsSpan(1, identity.Length - 2).SequenceEqual(name);

    /// <summary>What a scaler scales.</summary>
    /// <param name="Scaler">The scaler's name.</param>
    /// <param name="Text">What it calls that, or the name that stands there in quotes.</param>
    /// <param name="IsName">Whether it is that name.</param>
    private readonly record struct ScaledThing(string? Scaler, string Text, bool IsName)
    {
        /// <summary>What the scaler calls it.</summary>
        public string Identity => IsName ? $"'{Text}'" : Text;
    }
}
