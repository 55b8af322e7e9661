using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Evaluating;
using AutoScaling.Primitives;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>Loads what is remembered of the targets at once, and saves many of them together.</summary>
internal sealed class StateKeeper(
    StateWriter writer, LeaderGate gate, TimeProvider time, IOptions<AutoScalingOptions> options, QuietLogger<IAutoScaler> logger)
    : IStateKeeper
{
    private const string Loading = "loading", Saving = "saving";

    // An applied change must not be forgotten, nor must a thousand of them mean a thousand files.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    // For how long a store is asked that fails. A copy often takes over when more than the other copy is in trouble.
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(20);

    private static readonly RestartBackoff LoadPauses = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));

    private readonly Troubles _troubles = new();
    private long _dueBy = long.MaxValue;
    private long _scaledDueBy = long.MaxValue;
    private ConcurrentDictionary<ManagedTarget, bool> _scaled = [];
    private volatile string? _trouble;

    /// <summary>What is being saved; it has ended if nothing is.</summary>
    public Task UnderWay { get; private set; } = Task.CompletedTask;

    public bool IsStrict => false;

    public string? Trouble => _trouble;

    /// <summary>
    /// Loads what was saved. A store that fails is asked again for a while, and nothing is evaluated meanwhile: whoever goes on without
    /// states forgets cooldowns, and then saves that. After that while the targets start anew.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken)
    {
        await UnderWay.WaitAsync(cancellationToken).ConfigureAwait(false);
        _scaled.Clear();
        if (!writer.HasStore) return ImmutableDictionary<string, ScalingState>.Empty;
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var states = await writer.LoadAsync(cancellationToken).ConfigureAwait(false);
                if (_troubles.IsOver(Loading)) Log.StateLoaded(logger);
                return states;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                var (error, trace) = (Phrase.Of(e), EvaluationLog.Trace(e));
                var wait = LoadPauses.After(attempt);
                if (e is ScalingException || time.GetElapsedTime(started) + wait > LoadTime)
                {
                    // A broken state must not keep the host down: without one, targets are first held and then scaled.
                    _troubles.IsOver(Loading);
                    _trouble = $"What was remembered of the targets could not be loaded: {error}.";
                    Log.StateNotLoaded(logger, error, trace);
                    return ImmutableDictionary<string, ScalingState>.Empty;
                }

                var (level, longest) = (_troubles.Level(Loading, null, error), Phrase.Exact(LoadTime));
                Log.StateLoadedLater(logger, level, error, longest, trace);
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask<string?> EnterAsync(ManagedTarget managed, LeaderTerm term, CancellationToken cancellationToken) => new((string?)null);

    public ValueTask<string?> SaveIntentAsync(ManagedTarget managed, ScalingState intended, Deadline deadline, bool patiently)
    {
        if (!writer.HasStore) return new((string?)null);
        managed.Intended = intended;
        return WriteAsync();

        async ValueTask<string?> WriteAsync()
        {
            try
            {
                var saving = writer.WriteAsync([managed]);
                if (patiently) await saving.WaitAsync(options.Value.EvaluationTimeout, time).ConfigureAwait(false);
                else await deadline.RunAsync(new ValueTask<bool>(saving)).ConfigureAwait(false);
                Saved();
                return null;
            }
            catch (Exception e)
            {
                var reason = e is TimeoutException && patiently ? Late() : deadline.Reason(e);
                if (gate.Term is not null) NotSaved(reason, e);
                return reason;
            }
        }
    }

    public async ValueTask<string?> SaveNowAsync(ManagedTarget managed)
    {
        if (!writer.HasStore) return null;
        try
        {
            await writer.WriteAsync([managed]).WaitAsync(options.Value.EvaluationTimeout, time).ConfigureAwait(false);
            Saved();
            return null;
        }
        catch (Exception e)
        {
            var reason = e is TimeoutException ? Late() : Phrase.Of(e);
            NotSaved(reason, e);
            Changed(managed, tried: true);
            return reason;
        }
    }

    public ValueTask ChangedAsync(ManagedTarget managed, bool tried)
    {
        Changed(managed, tried);
        return ValueTask.CompletedTask;
    }

    public bool IsLoaded(ManagedTarget managed) => gate.Term is not null;

    public void Switched(ManagedTarget managed) => Changed(managed, tried: true);

    private void Changed(ManagedTarget managed, bool tried)
    {
        if (!writer.HasStore) return;
        SaveWithin(ref _dueBy, options.Value.SaveInterval);
        if (!tried) return;
        Volatile.Read(ref _scaled)[managed] = true;
        SaveWithin(ref _scaledDueBy, Soon);
    }

    public void SaveIfDue()
    {
        if (!UnderWay.IsCompleted || gate.Term is null) return;
        var now = time.GetTimestamp();
        var all = now >= Volatile.Read(ref _dueBy);
        if (all || now >= Volatile.Read(ref _scaledDueBy)) UnderWay = SaveAsync(all, last: false);
    }

    /// <summary>Saves what there is at the end. A store that does not answer is not waited for longer than for anything else.</summary>
    public async Task SaveLastAsync()
    {
        try
        {
            await SaveLastAsync(options.Value.EvaluationTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            NotSaved(Late(), e);
        }
    }

    private async Task SaveLastAsync(TimeSpan timeout)
    {
        await UnderWay.WaitAsync(timeout, time).ConfigureAwait(false);
        if (gate.Term is not null) await SaveAsync(all: true, last: true).WaitAsync(timeout, time).ConfigureAwait(false);
    }

    private async Task SaveAsync(bool all, bool last)
    {
        if (!writer.HasStore) return;
        var term = gate.Term;
        Volatile.Write(ref _scaledDueBy, long.MaxValue);
        if (all) Volatile.Write(ref _dueBy, long.MaxValue);

        // Taken before the states: what is scaled from now on is in the next save at the latest.
        var scaled = Interlocked.Exchange(ref _scaled, []);
        try
        {
            await (all ? writer.WriteAllAsync(last) : writer.WriteAsync(scaled.Keys)).ConfigureAwait(false);
            Saved();
        }
        catch (Exception) when (term?.IsCurrent != true)
        {
            // What another copy saves counts now.
        }
        catch (Exception e)
        {
            // The loop goes on with what it has in memory; the next save may succeed.
            NotSaved(Phrase.Of(e), e);
            foreach (var target in scaled.Keys) Volatile.Read(ref _scaled)[target] = true;
            SaveWithin(ref _dueBy, options.Value.SaveInterval);
        }
    }

    private string Late() => $"it did not answer within {Phrase.Of(options.Value.EvaluationTimeout)}";

    private void Saved()
    {
        _trouble = null;
        if (_troubles.IsOver(Saving)) Log.StateSavedAgain(logger);
    }

    private void NotSaved(string reason, Exception e)
    {
        _trouble = $"What is remembered of the targets could not be saved: {reason}.";
        var (level, trace) = (_troubles.Level(Saving, null, reason), EvaluationLog.Trace(e));
        Log.StateNotSaved(logger, level, reason, trace);
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
