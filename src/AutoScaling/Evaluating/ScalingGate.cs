namespace AutoScaling.Evaluating;

/// <summary>Whoever has an evaluation done, at the moment between decision and scaling.</summary>
internal abstract class ScalingGate
{
    /// <summary>Ends a scaling that is under way.</summary>
    public virtual CancellationToken Ended => CancellationToken.None;

    /// <summary>Why a scaling was ended, as the end of a sentence.</summary>
    public virtual string EndedBecause => "";

    /// <summary>What is amiss though the target may be scaled, as a sentence; <see langword="null"/> if nothing is.</summary>
    public string? Warning { get; protected set; }

    /// <summary>Saves what is about to be done, or forbids it.</summary>
    /// <param name="decision">The decision, which changes the count.</param>
    /// <param name="intended">The state to save.</param>
    /// <param name="deadline">Until when.</param>
    /// <returns>Why the target must not be scaled, as the end of a sentence; <see langword="null"/> if it may be.</returns>
    public abstract ValueTask<string?> MayScaleAsync(ScalingDecision decision, ScalingState intended, Deadline deadline);
}

/// <summary>A user's own function.</summary>
internal sealed class FunctionGate(Func<ScalingDecision, ScalingState, CancellationToken, ValueTask<string?>> intend) : ScalingGate
{
    public override ValueTask<string?> MayScaleAsync(ScalingDecision decision, ScalingState intended, Deadline deadline) =>
        deadline.RunAsync(intend(decision, intended, deadline.Token));
}
