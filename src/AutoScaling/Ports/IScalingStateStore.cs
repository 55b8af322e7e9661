namespace AutoScaling;

/// <summary>Where what is remembered of targets survives a restart, so that it changes no decision.</summary>
public interface IScalingStateStore
{
    /// <summary>Loads what was saved; empty if nothing was.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Saves what is remembered of every target, in place of what was saved before.</summary>
    /// <param name="states">The state of each target, by its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken);

    /// <summary>Saves what must not wait until all is saved again: what is remembered of the targets that were scaled since then. Saves all, unless a store can do with less.</summary>
    /// <param name="scaled">The state of each target that was scaled since all were saved, by its name.</param>
    /// <param name="states">The state of each target, by its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask SaveScaledAsync(IReadOnlyDictionary<string, ScalingState> scaled, IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken) =>
        SaveAsync(states, cancellationToken);
}
