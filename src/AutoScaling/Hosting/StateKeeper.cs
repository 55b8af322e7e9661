using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Evaluating;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>Loads and saves what is remembered of the targets, if the host has a store for it.</summary>
internal sealed class StateKeeper(TargetRegistry targets, LeaderGate gate, TimeProvider time, IOptions<AutoScalingOptions> options, ILogger<IAutoScaler> logger, IScalingStateStore? store = null)
{
    private const string Loading = "loading", Saving = "saving";

    // An applied change must not be forgotten, nor must a thousand of them mean a thousand files.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Troubles _troubles = new();
    private long _dueBy = long.MaxValue;
    private long _scaledDueBy = long.MaxValue;
    private ConcurrentDictionary<string, bool> _scaled = new(StringComparer.Ordinal);
    private Task _saving = Task.CompletedTask;

    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        _scaled.Clear();
        try
        {
            if (store is not null)
            {
                var states = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
                _troubles.IsOver(Loading);
                return states;
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A broken state must not keep the host down: without one, targets are first held and then scaled.
            var (error, trace) = (Phrase.Of(e), EvaluationLog.Trace(e));
            var level = _troubles.Level(Loading, null, error);
            Log.StateNotLoaded(logger, level, error, trace);
        }

        return ImmutableDictionary<string, ScalingState>.Empty;
    }

    /// <summary>Notes that what is remembered of a target may have changed.</summary>
    public void Changed(ScalingRecord record)
    {
        if (store is null) return;
        SaveWithin(ref _dueBy, options.Value.SaveInterval);
        if (record.Outcome.Kind != ScaleOutcomeKind.Applied) return;
        Volatile.Read(ref _scaled)[record.Target.Name] = true;
        SaveWithin(ref _scaledDueBy, Soon);
    }

    /// <summary>Begins to save if it is time, beside the loop: a slow store delays no evaluation.</summary>
    public void SaveIfDue()
    {
        if (!_saving.IsCompleted) return;
        var now = time.GetTimestamp();
        var all = now >= Volatile.Read(ref _dueBy);
        if ((all || now >= Volatile.Read(ref _scaledDueBy)) && gate.Term is { } term) _saving = Task.Run(() => SaveAsync(all, last: false, term));
    }

    /// <summary>Saves what there is at the end.</summary>
    public async Task SaveLastAsync()
    {
        await _saving.ConfigureAwait(false);
        if (gate.Term is { } term) await SaveAsync(all: true, last: true, term).ConfigureAwait(false);
    }

    private async Task SaveAsync(bool all, bool last, LeaderTerm term)
    {
        if (store is null) return;
        Volatile.Write(ref _scaledDueBy, long.MaxValue);
        if (all) Volatile.Write(ref _dueBy, long.MaxValue);

        // Taken before the states: what is scaled from now on is in the next save at the latest.
        var scaled = all ? Interlocked.Exchange(ref _scaled, new(StringComparer.Ordinal)) : _scaled;
        var states = targets.States();

        // Should it be the last one after all, whoever goes on has to know that more may have happened.
        if (!last) states = states.ToDictionary(s => s.Key, s => s.Value.Snapshot(), StringComparer.Ordinal);
        try
        {
            if (all) await store.SaveAsync(states, term.Ended).ConfigureAwait(false);
            else await store.SaveScaledAsync(scaled.Keys.Where(states.ContainsKey).ToDictionary(name => name, name => states[name], StringComparer.Ordinal), states, term.Ended).ConfigureAwait(false);
            if (_troubles.IsOver(Saving)) Log.StateSavedAgain(logger);
        }
        catch (Exception) when (!term.IsCurrent)
        {
            // What another copy saves counts now.
        }
        catch (Exception e)
        {
            // The loop goes on with what it has in memory; the next save may succeed.
            var (error, trace) = (Phrase.Of(e), EvaluationLog.Trace(e));
            var level = _troubles.Level(Saving, null, error);
            Log.StateNotSaved(logger, level, error, trace);
            if (all) foreach (var name in scaled.Keys) Volatile.Read(ref _scaled)[name] = true;
            SaveWithin(ref _dueBy, options.Value.SaveInterval);
        }
    }

    private void SaveWithin(ref long dueBy, TimeSpan wait)
    {
        var by = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
        for (var seen = Volatile.Read(ref dueBy); by < seen; seen = Volatile.Read(ref dueBy))
        {
            if (Interlocked.CompareExchange(ref dueBy, by, seen) == seen) break;
        }
    }
}
