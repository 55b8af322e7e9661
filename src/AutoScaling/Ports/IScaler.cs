namespace AutoScaling;

/// <summary>
/// Knows and changes the number of replicas of targets. Implementations are thread-safe: many targets are handled at once.
/// </summary>
public interface IScaler
{
    /// <summary>
    /// What a target's name stands for: the same for two names of the same thing, so that it gets no two policies. Asked whenever policies
    /// are loaded, without any I/O.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <returns>The end of a sentence: <c>deployment 'web' in namespace 'team-a'</c>. By default the name itself.</returns>
    /// <exception cref="ScalingException">
    /// The scaler cannot read the name (<see cref="ScalingErrorKind.InvalidConfiguration"/>); the policy is then refused.
    /// </exception>
    string Identify(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return $"'{target}'";
    }

    /// <summary>Reads the replicas of a target.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="cancellationToken">Cancelled when the evaluation's deadline is over or the host stops.</param>
    /// <exception cref="Exception">The target cannot be read; the evaluation ends, and nothing is scaled.</exception>
    ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken);

    /// <summary>Changes the wanted number of replicas of a target.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="from">
    /// The count that the decision was made for. If the target has another one by now, nothing is written and the answer is <see
    /// cref="ScaleOutcomeKind.Rejected"/>.
    /// </param>
    /// <param name="to">The count to have.</param>
    /// <param name="cancellationToken">Cancelled when the evaluation's deadline is over or the host stops.</param>
    /// <returns>What happened. The call ends when the new count is written, not when the replicas are ready.</returns>
    ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken);
}
