namespace AutoScaling;

/// <summary>
/// Where what is remembered of targets survives a restart, so that it changes no decision, and a crash, so that nothing is scaled twice.
/// </summary>
/// <remarks>
/// <para>
/// A store guarantees: when <see cref="SaveAsync"/> or <see cref="DeleteAsync"/> has ended, the change outlasts a crash of the process;
/// while it has not, or if it threw, a crash leaves each target's state as it was before or as it is saved, never half of it. A target
/// that is not named keeps what it has.
/// </para>
/// <para>
/// Before a target is scaled its state is saved with the intent, and the scaling waits for it: a store is quick. The host saves and
/// deletes one after the other, and gives many targets to one call where it can; it loads all of them when it starts, or comes to lead.
/// Whoever looks after one target (a grain) loads, saves and deletes that one.
/// </para>
/// </remarks>
public interface IScalingStateStore
{
    /// <summary>
    /// Loads the states of all targets; empty if nothing was saved. One that cannot be read does not cost the others theirs.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state of each target, by its name.</returns>
    /// <exception cref="ScalingException">
    /// It does not help to try again, or has not helped: the host begins without states. Whatever else is thrown lets the host try again,
    /// for 20 s, before it evaluates anything.
    /// </exception>
    ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(CancellationToken cancellationToken);

    /// <summary>Loads the state of one target.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state; <see langword="null"/> if none was saved.</returns>
    ValueTask<ScalingState?> LoadAsync(string target, CancellationToken cancellationToken);

    /// <summary>Saves the states of some targets, each in place of what was saved of it before.</summary>
    /// <param name="states">The state of each target, by its name.</param>
    /// <param name="cancellationToken">Ends the wait: another copy leads now, and saves.</param>
    ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets some targets, all of them by one write if it can; nothing if nothing was saved of them. The host repeats what has failed.
    /// </summary>
    /// <param name="targets">The targets' names.</param>
    /// <param name="cancellationToken">Ends the wait: another copy leads now, and saves.</param>
    ValueTask DeleteAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken);
}
