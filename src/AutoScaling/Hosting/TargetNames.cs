using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>What the names of targets stand for: two policies for one thing would undo each other's work.</summary>
internal sealed class TargetNames(RegisteredPorts ports)
{
    // By what is scaled, the name that was last put here; its policy may be gone by now.
    private readonly Dictionary<(string? Scaler, string Identity), ScalingTarget> _names = [];

    /// <summary>Those of some policies that are for the same as another one of them, or as one that is here.</summary>
    /// <param name="policies">What is to be put here.</param>
    /// <param name="staying">The policy that stays here under a name; <see langword="null"/> if none does.</param>
    public IEnumerable<string> Clashes(IEnumerable<ScalingPolicy> policies, Func<ScalingTarget, ScalingPolicy?> staying)
    {
        var seen = new Dictionary<(string? Scaler, string Identity), ScalingTarget>();
        foreach (var policy in policies)
        {
            if (Key(policy) is not { } key) continue;
            var other = seen.GetValueOrDefault(key) ?? Staying(key);
            if (other is not null && other != policy.Target) yield return $"Policies '{other}' and '{policy.Target}' are both for {key.Identity}.";
            seen[key] = policy.Target;
        }

        ScalingTarget? Staying((string? Scaler, string Identity) key) =>
            _names.GetValueOrDefault(key) is { } name && staying(name) is { } policy && string.Equals(policy.Scaler, key.Scaler, StringComparison.Ordinal) ? name : null;
    }

    public void Put(ScalingPolicy policy)
    {
        if (Key(policy) is { } key) _names[key] = policy.Target;
    }

    public void Forget(ScalingPolicy policy)
    {
        if (Key(policy) is { } key && _names.GetValueOrDefault(key) == policy.Target) _names.Remove(key);
    }

    private (string? Scaler, string Identity)? Key(ScalingPolicy policy) =>
        ports.Identify(policy, out _) is { } identity ? (policy.Scaler, identity) : null;
}
