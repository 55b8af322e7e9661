using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Evaluating;
using AutoScaling.Primitives;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>
/// Loads and saves what is remembered of each target by itself, for a host that shares them out: loaded when its first evaluation in a term
/// begins, saved in its turn, so that its writes are in order, and spread as the evaluations are.
/// </summary>
internal sealed class ShareKeeper(
    IScalingStateStore store, LeaderGate gate, TimeProvider time, IOptions<AutoScalingOptions> options, QuietLogger<IAutoScaler> logger)
    : IStateKeeper
{
    private const string Saving = "saving";

    // How many targets are saved or deleted at once when they are let go together.
    private const int AtOnce = 64;

    // A store that fails is not asked by every evaluation: those that scale nothing wait until one has tried it again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ManagedTarget, Kept> _kept = new();
    private readonly LoadBreaker _loads = new(time);
    private readonly Troubles _troubles = new();
    private volatile string? _trouble;
    private long _failedAt;

    public string? Trouble => _trouble;

    public bool IsStrict => true;

    public ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken) =>
        new(ImmutableDictionary<string, ScalingState>.Empty);

    public ValueTask<string?> EnterAsync(ManagedTarget managed, LeaderTerm term, CancellationToken cancellationToken) =>
        _kept.TryGetValue(managed, out var kept) && kept.Term == term.Number
            ? new((string?)null)
            : BeginAsync(managed, term, cancellationToken);

    public async ValueTask<string?> SaveIntentAsync(ManagedTarget managed, ScalingState intended, Deadline deadline, bool patiently)
    {
        managed.Intended = intended;
        return await TrySaveAsync(managed, deadline).ConfigureAwait(false);
    }

    public ValueTask<string?> SaveNowAsync(ManagedTarget managed) => TrySaveAsync(managed, null);

    public ValueTask ChangedAsync(ManagedTarget managed, bool tried)
    {
        if (!_kept.TryGetValue(managed, out var kept)) return ValueTask.CompletedTask;
        kept.IsUrgent |= tried;
        var isDue = kept.IsUrgent || time.GetElapsedTime(kept.SavedAt) >= options.Value.SaveInterval;
        return isDue && !(_trouble is not null && time.GetElapsedTime(Volatile.Read(ref _failedAt)) < Pause)
            ? SaveAsync()
            : ValueTask.CompletedTask;

        async ValueTask SaveAsync() => await TrySaveAsync(managed, null).ConfigureAwait(false);
    }

    public bool IsLoaded(ManagedTarget managed) =>
        _kept.TryGetValue(managed, out var kept) && gate.TermOf(managed.Target)?.Number == kept.Term;

    public void Switched(ManagedTarget managed) =>
        _ = LoadPatientlyAsync(managed, async () => await TrySaveAsync(managed, null).ConfigureAwait(false));

    public void SaveIfDue()
    {
        // Each is saved after its evaluation.
    }

    public Task SaveLastAsync() => Task.CompletedTask; // Each is saved when it is let go.

    /// <summary>
    /// Has what was saved of a target loaded as soon as it can be, while it is this host's: for what is not done by its evaluations.
    /// </summary>
    /// <param name="managed">The target.</param>
    /// <param name="then">What is done then, in its turn; <see langword="null"/>: nothing.</param>
    public async Task LoadPatientlyAsync(ManagedTarget managed, Func<Task>? then)
    {
        while (true)
        {
            await managed.Turn.EnterAsync(CancellationToken.None).ConfigureAwait(false);
            var term = gate.TermOf(managed.Target);
            try
            {
                if (term is null) return;
                if (await EnterAsync(managed, term, term.Ended).ConfigureAwait(false) is null)
                {
                    if (then is not null) await then().ConfigureAwait(false);
                    return;
                }
            }
            catch (OperationCanceledException) when (term!.Ended.IsCancellationRequested)
            {
                return; // Another host has it now.
            }
            finally
            {
                managed.Turn.Leave();
            }

            await Task.Delay(Pause, time, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Deletes what was saved of targets that are forgotten.</summary>
    /// <param name="gone">The targets.</param>
    /// <param name="forget">Forgets each, unless it has a policy again.</param>
    public Task ForgetAsync(IEnumerable<ManagedTarget> gone, Action<ManagedTarget> forget) => ForEachAsync(
        gone,
        async managed =>
        {
            // A host that was not the one to save it all the time does not know whether another one has it.
            if (managed.Removed && IsLoaded(managed))
            {
                try
                {
                    var deletion = store.DeleteAsync([managed.Target.Name], CancellationToken.None).AsTask();
                    await deletion.WaitAsync(Limit, time).ConfigureAwait(false);
                }
                catch (Exception)
                {
                    // What stays in the store harms nobody.
                }
            }

            _kept.TryRemove(managed, out _); // If it has a policy again, it is loaded anew.
            forget(managed);
        },
        CancellationToken.None);

    /// <summary>Saves what is remembered of targets that are let go, as the last that this host knows, and forgets it.</summary>
    public Task ReleaseAsync(IEnumerable<ManagedTarget> targets, CancellationToken cancellationToken) => ForEachAsync(
        targets,
        async managed =>
        {
            if (!_kept.ContainsKey(managed)) return;
            managed.Settle();
            await TrySaveAsync(managed, null, isLast: true).ConfigureAwait(false);
            _kept.TryRemove(managed, out _);
        },
        cancellationToken);

    /// <summary>Does something to each of some targets, in its turn.</summary>
    private static Task ForEachAsync(
        IEnumerable<ManagedTarget> targets, Func<ManagedTarget, Task> what, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        targets,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (managed, stop) =>
        {
            await managed.Turn.EnterAsync(stop).ConfigureAwait(false);
            try
            {
                await what(managed).ConfigureAwait(false);
            }
            finally
            {
                managed.Turn.Leave();
            }
        });

    private async ValueTask<string?> BeginAsync(ManagedTarget managed, LeaderTerm term, CancellationToken cancellationToken)
    {
        if (_loads.Begin(out var isTry) is { } known) return known;
        try
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, term.Ended);
            var load = isTry
                ? Task.Run(() => store.LoadAsync(managed.Target.Name, ends.Token).AsTask(), ends.Token) // the store may block its thread
                : store.LoadAsync(managed.Target.Name, ends.Token).AsTask();
            var saved = await load.WaitAsync(Limit, time, ends.Token).ConfigureAwait(false);
            managed.Forget(saved ?? ScalingState.New);
            _kept[managed] = new() { Term = term.Number, SavedAt = time.GetTimestamp() };
            _loads.Answered();
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !term.Ended.IsCancellationRequested)
        {
            var reason = Reason(e);
            NotSaved($"What is remembered of '{managed.Target}' could not be loaded: {reason}.", reason, e);
            if (e is ScalingException) _loads.Answered();
            else _loads.Failed(reason);
            return reason;
        }
        finally
        {
            if (isTry) _loads.EndTry();
        }
    }

    private async ValueTask<string?> TrySaveAsync(ManagedTarget managed, Deadline? deadline, bool isLast = false)
    {
        try
        {
            // Who goes on has to know that more may have happened, unless nothing has.
            var state = isLast ? managed.StateToSave : managed.StateToSave.Snapshot();
            var states = new Dictionary<string, ScalingState>(1, StringComparer.Ordinal) { [managed.Target.Name] = state };
            if (deadline is not null) await deadline.RunAsync(SaveAsync(states, deadline.Token)).ConfigureAwait(false);
            else await SaveAsync(states, CancellationToken.None).AsTask().WaitAsync(Limit, time).ConfigureAwait(false);
            if (_kept.TryGetValue(managed, out var kept)) (kept.IsUrgent, kept.SavedAt) = (false, time.GetTimestamp());
            _trouble = null;
            if (_troubles.IsOver(Saving)) Log.StateSavedAgain(logger);
            return null;
        }
        catch (Exception e)
        {
            var reason = deadline?.Reason(e) ?? Reason(e);
            NotSaved($"What is remembered of '{managed.Target}' could not be saved: {reason}.", reason, e);
            return reason;
        }
    }

    private async ValueTask<bool> SaveAsync(Dictionary<string, ScalingState> states, CancellationToken stop)
    {
        await store.SaveAsync(states, stop).ConfigureAwait(false);
        return true;
    }

    private TimeSpan Limit => options.Value.EvaluationTimeout / 2;

    private string Reason(Exception e) =>
        e is TimeoutException ? $"the store did not answer within {Phrase.Of(Limit)}" : Phrase.Of(e);

    private void NotSaved(string trouble, string reason, Exception e)
    {
        _trouble = trouble;
        Volatile.Write(ref _failedAt, time.GetTimestamp());
        var (level, trace) = (_troubles.Level(Saving, null, reason), EvaluationLog.Trace(e));
        Log.StateNotSaved(logger, level, reason, trace);
    }

    /// <summary>What is known of a target in a term. Used in its turn.</summary>
    private sealed class Kept
    {
        public required long Term { get; init; }

        public required long SavedAt { get; set; }

        /// <summary>Whether it was scaled, or was to be, and that is not saved yet.</summary>
        public bool IsUrgent { get; set; }
    }
}
