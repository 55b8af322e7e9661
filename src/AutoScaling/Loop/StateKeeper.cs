using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling;

/// <summary>Loads and saves what is remembered of the targets, if the host has a store for it.</summary>
internal sealed class StateKeeper(TargetRegistry targets, LeaderGate gate, TimeProvider time, IOptions<AutoScalingOptions> options, ILogger<IAutoScaler> logger, IScalingStateStore? store = null)
{
    // An applied change must not be forgotten, nor must a thousand of them mean a thousand files.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private long _dueBy = long.MaxValue;
    private Task _saving = Task.CompletedTask;

    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (store is not null) return await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A broken state must not keep the host down: without one, targets are first held and then scaled.
            Log.StateNotLoaded(logger, e);
        }

        return ImmutableDictionary<string, ScalingState>.Empty;
    }

    /// <summary>Notes that what is remembered of a target may have changed.</summary>
    public void Changed(ScalingRecord record)
    {
        if (store is not null) SaveWithin(record.Outcome.Kind == ScaleOutcomeKind.Applied ? Soon : options.Value.SaveInterval);
    }

    /// <summary>Begins to save if it is time, beside the loop: a slow store delays no evaluation.</summary>
    public void SaveIfDue()
    {
        if (_saving.IsCompleted && time.GetTimestamp() >= Volatile.Read(ref _dueBy) && gate.Term is { } term) _saving = Task.Run(() => SaveAsync(term));
    }

    /// <summary>Saves what there is at the end.</summary>
    public async Task SaveLastAsync()
    {
        await _saving.ConfigureAwait(false);
        if (gate.Term is { } term) await SaveAsync(term).ConfigureAwait(false);
    }

    private async Task SaveAsync(LeaderTerm term)
    {
        if (store is null) return;
        Volatile.Write(ref _dueBy, long.MaxValue);
        try
        {
            await store.SaveAsync(targets.States(), term.Ended).ConfigureAwait(false);
        }
        catch (Exception) when (!term.IsCurrent)
        {
            // What another copy saves counts now.
        }
        catch (Exception e)
        {
            // The loop goes on with what it has in memory; the next save may succeed.
            Log.StateNotSaved(logger, e);
            SaveWithin(options.Value.SaveInterval);
        }
    }

    private void SaveWithin(TimeSpan wait)
    {
        var by = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
        for (var seen = Volatile.Read(ref _dueBy); by < seen; seen = Volatile.Read(ref _dueBy))
        {
            if (Interlocked.CompareExchange(ref _dueBy, by, seen) == seen) break;
        }
    }
}
