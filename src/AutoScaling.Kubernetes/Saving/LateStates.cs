namespace AutoScaling.Kubernetes.Saving;

/// <summary>States that were read only when this copy had begun without them. They are kept until their targets are evaluated.</summary>
/// <remarks>
/// A target that was evaluated without its older state does not need that one any longer: what happened before its first evaluation is
/// unknown to the new state, and counts as a change for cooldowns.
/// </remarks>
internal sealed class LateStates(Dictionary<string, ScalingState> late)
{
    private readonly string _new = ScalingState.New.ToJson();

    /// <summary>The states, and the late ones of targets that this copy has not evaluated yet.</summary>
    public IReadOnlyDictionary<string, ScalingState> AddTo(IReadOnlyDictionary<string, ScalingState> states)
    {
        foreach (var target in late.Keys)
        {
            var isEvaluated = states.TryGetValue(target, out var state) && !string.Equals(state.ToJson(), _new, StringComparison.Ordinal);
            if (isEvaluated) late.Remove(target);
        }

        if (late.Count == 0) return states;
        var all = new Dictionary<string, ScalingState>(states, StringComparer.Ordinal);
        foreach (var (target, state) in late) all[target] = state;
        return all;
    }
}
