using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>Loads and saves what is remembered of the targets, if the host has a store for it.</summary>
internal interface IStateKeeper
{
    /// <summary>What is wrong with the store, as a sentence; <see langword="null"/> if nothing is.</summary>
    string? Trouble { get; }

    /// <summary>Whether nothing is scaled that could not be saved before, up as little as down.</summary>
    bool IsStrict { get; }

    /// <summary>Loads what was saved of all targets.</summary>
    ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Has what was saved of a target loaded, if that is to be done anew in this term. Called in its turn.</summary>
    /// <returns>Why it could not be loaded, as the end of a sentence; <see langword="null"/> if it is.</returns>
    ValueTask<string?> EnterAsync(ManagedTarget managed, LeaderTerm term, CancellationToken cancellationToken);

    /// <summary>Saves what is about to be done to a target, before it is done. Called in its turn.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="intended">What is remembered of it then.</param>
    /// <param name="deadline">Until when that is waited for.</param>
    /// <param name="patiently">
    /// Whether it is waited for as long as an evaluation may take: what comes while another save is under way waits for two.
    /// </param>
    /// <returns>Why it could not be saved, as the end of a sentence; <see langword="null"/> if it is, or if there is no store.</returns>
    ValueTask<string?> SaveIntentAsync(ManagedTarget managed, ScalingState intended, Deadline deadline, bool patiently);

    /// <summary>Saves what is remembered of a target now. Called in its turn.</summary>
    /// <returns>Why it could not be saved, as the end of a sentence; <see langword="null"/> if it is, or if there is no store.</returns>
    ValueTask<string?> SaveNowAsync(ManagedTarget managed);

    /// <summary>Notes that what is remembered of a target may have changed. Called in its turn.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="tried">Whether it was scaled, or was to be: what came of it must not be forgotten.</param>
    ValueTask ChangedAsync(ManagedTarget managed, bool tried);

    /// <summary>Whether what was saved of a target counts no longer, as it was loaded.</summary>
    bool IsLoaded(ManagedTarget managed);

    /// <summary>Has saved that a target was enabled or disabled, without waiting for it.</summary>
    void Switched(ManagedTarget managed);

    /// <summary>Begins to save if it is time, beside the loop: a slow store delays no evaluation.</summary>
    void SaveIfDue();

    /// <summary>Saves what there is at the end.</summary>
    Task SaveLastAsync();
}
