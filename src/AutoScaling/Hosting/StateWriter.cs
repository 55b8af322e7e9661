using AutoScaling.Primitives;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>
/// Writes what is remembered of the targets, one write at a time. What comes while one is under way goes into the next, all of it: intents
/// of one moment share one write, without waiting for each other.
/// </summary>
/// <remarks>
/// <para>States are taken when their write begins, so that an older one is never written over a newer one.</para>
/// <para>
/// A store that hangs, with its thread or without, is given up at a deadline. It is not called again until it has come back, so that what
/// it was given first is not written over what it was given later.
/// </para>
/// </remarks>
internal sealed class StateWriter(
    TargetRegistry targets, LeaderGate gate, TimeProvider time, IOptions<AutoScalingOptions> options, IScalingStateStore? store = null)
{
    private readonly Lock _lock = new();

    // What is in the store, so that what nobody remembers any longer can be deleted there. Used by the write that is under way.
    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);
    private Batch? _next;
    private bool _isWriting;

    // A call that was given up.
    private Task _late = Task.CompletedTask;

    // A store may be as slow as an evaluation, and as the time between two savings.
    private TimeSpan Limit =>
        options.Value is var set && set.SaveInterval > set.EvaluationTimeout ? set.SaveInterval : set.EvaluationTimeout;

    /// <summary>Whether there is a store.</summary>
    public bool HasStore => store is not null;

    /// <summary>Loads what was saved.</summary>
    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken)
    {
        var states = await CallAsync(stop => store!.LoadAllAsync(stop).AsTask(), cancellationToken).ConfigureAwait(false);
        lock (_lock) _stored.UnionWith(states.Keys);
        return states;
    }

    /// <summary>Saves the state of some targets.</summary>
    /// <returns>Ends when it is saved, and fails when it could not be.</returns>
    public Task<bool> WriteAsync(IEnumerable<ManagedTarget> some) => NextAfter(batch => batch.Targets.UnionWith(some)).Saved.Task;

    /// <summary>
    /// Saves the states of all targets, and deletes those of targets that are not remembered any longer. What could not be deleted is
    /// deleted with the next save of all.
    /// </summary>
    /// <param name="last">Whether nothing follows, so that who loads it knows all.</param>
    /// <returns>Ends when all is saved and deleted, and fails when it could not be.</returns>
    public Task<bool> WriteAllAsync(bool last) => NextAfter(batch => (batch.All, batch.IsLast) = (true, last)).Done.Task;

    /// <summary>Adds to what is written next, and begins to write unless a write is under way.</summary>
    private Batch NextAfter(Action<Batch> add)
    {
        lock (_lock)
        {
            var batch = _next ??= new();
            add(batch);
            if (!_isWriting)
            {
                // On the pool: a store that blocks its thread holds up nobody but those who wait for it.
                _isWriting = true;
                _ = Task.Run(WriteAsync);
            }

            return batch;
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            Batch batch;
            lock (_lock)
            {
                if (_next is null)
                {
                    _isWriting = false;
                    return;
                }

                (batch, _next) = (_next, null);
            }

            try
            {
                // Once another copy leads, what that one saves counts.
                var term = gate.Term ?? throw new OperationCanceledException("this copy no longer leads");
                await WriteAsync(batch, term.Ended).ConfigureAwait(false);
                batch.Done.SetResult(true);
            }
            catch (Exception e)
            {
                batch.Fail(e);
            }
        }
    }

    private async ValueTask WriteAsync(Batch batch, CancellationToken ended)
    {
        var states = new Dictionary<string, ScalingState>(StringComparer.Ordinal);
        if (batch.All)
        {
            foreach (var (name, state) in targets.States()) Add(name, state);
        }
        else
        {
            foreach (var target in batch.Targets) Add(target.Target.Name, target.StateToSave);
        }

        // Should it be the last one after all, whoever goes on has to know that more may have happened.
        void Add(string name, ScalingState state) => states[name] = batch.IsLast ? state : state.Snapshot();
        await CallAsync(stop => Save(states, stop), ended).ConfigureAwait(false);
        List<string> gone;
        lock (_lock)
        {
            _stored.UnionWith(states.Keys);
            gone = batch.All ? [.. _stored.Where(name => !states.ContainsKey(name))] : [];
        }

        // Who waits to scale a target does not wait for what is deleted of others.
        batch.Saved.SetResult(true);
        if (gone.Count == 0) return;
        await CallAsync(stop => Delete(gone, stop), ended).ConfigureAwait(false);
        lock (_lock) _stored.ExceptWith(gone);
    }

    private async Task<bool> Save(Dictionary<string, ScalingState> states, CancellationToken stop)
    {
        await store!.SaveAsync(states, stop).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> Delete(List<string> gone, CancellationToken stop)
    {
        await store!.DeleteAsync(gone, stop).ConfigureAwait(false);
        return true;
    }

    /// <summary>Calls the store on the pool, so that it may block its thread, and waits until its deadline at most.</summary>
    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken ended)
    {
        if (!_late.IsCompleted) throw new IOException("an earlier call of the store has not come back yet");
        using var deadline = new CancellationTokenSource(Limit, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ended);
        var stop = ends.Token;
        var answer = Task.Run(() => call(stop), CancellationToken.None);
        try
        {
            return await answer.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested)
        {
            // It may have come back at the very last moment; then that is the answer.
            if (answer.IsCompletedSuccessfully) return await answer.ConfigureAwait(false);
            _late = answer.ContinueWith(
                static t => t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            ended.ThrowIfCancellationRequested();
            throw new TimeoutException($"it did not answer within {Phrase.Of(Limit)}", e);
        }
    }

    private sealed class Batch
    {
        public HashSet<ManagedTarget> Targets { get; } = [];

        public bool All { get; set; }

        public bool IsLast { get; set; }

        /// <summary>Ends when the states are saved.</summary>
        public TaskCompletionSource<bool> Saved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the states are saved, and what nobody remembers any longer is deleted.</summary>
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception e)
        {
            Saved.TrySetException(e);
            Done.SetException(e);

            // Looked at here, because perhaps nobody waits for one of them.
            _ = (Saved.Task.Exception, Done.Task.Exception);
        }
    }
}
