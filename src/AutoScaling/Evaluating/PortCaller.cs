namespace AutoScaling.Evaluating;

/// <summary>
/// Calls the ports of targets so that one which blocks its thread holds up nobody else. Most answer at once: those are called on the thread
/// that evaluates, unless that one must not be blocked. Whoever has blocked a thread is called on one of its own until it has answered in
/// time again.
/// </summary>
/// <param name="held">The threads that are held.</param>
internal sealed class PortCaller(HeldThreads held)
{
    /// <summary>Calls a port of a target, and waits at most until a deadline.</summary>
    /// <param name="deadline">The deadline.</param>
    /// <param name="calls">The target's calls.</param>
    /// <param name="port">Which port it is: the name of a source, or <see cref="TargetCalls.Scaler"/>.</param>
    /// <param name="state">What the call needs.</param>
    /// <param name="call">Calls it.</param>
    /// <exception cref="AbandonedCallException">The deadline has come and the call has not come back.</exception>
    /// <exception cref="OvertakenException">The call has come back, but another thread has gone on with the evaluation.</exception>
    public ValueTask<T> CallAsync<TState, T>(
        Deadline deadline, TargetCalls calls, string port, TState state, Func<TState, CancellationToken, ValueTask<T>> call) =>
        calls.HasBlocked(port) ? OnThreadAsync(deadline, calls, port, state, call)
        : deadline.RunAsync(deadline.IsOnPool ? OnPool(state, call, deadline.Token) : Here(deadline, port, state, call));

    private ValueTask<T> Here<TState, T>(Deadline deadline, string port, TState state, Func<TState, CancellationToken, ValueTask<T>> call)
    {
        ValueTask<T> answer;
        try
        {
            if (!deadline.TryEnter(port)) throw new OperationCanceledException(deadline.Token);
            answer = call(state, deadline.Token);
        }
        catch (OvertakenException)
        {
            throw;
        }
        catch (Exception e)
        {
            if (!deadline.TryLeave()) throw Overtaken(deadline, Task.FromException(e));
            throw;
        }

        return deadline.TryLeave() ? answer : throw Overtaken(deadline, answer.AsTask());
    }

    // Lambdas stand alone here: what they hold is allocated where their method begins, also where it is not needed.
    private static ValueTask<T> OnPool<TState, T>(
        TState state, Func<TState, CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken) =>
        new(Task.Run(() => call(state, cancellationToken).AsTask(), CancellationToken.None));

    private async ValueTask<T> OnThreadAsync<TState, T>(
        Deadline deadline, TargetCalls calls, string port, TState state, Func<TState, CancellationToken, ValueTask<T>> call)
    {
        if (!held.TryTake())
            throw new ScalingException(
                ScalingErrorKind.ScalingFailed, $"calls that block their threads hold {HeldThreads.Most} of them already");
        const TaskCreationOptions OwnThread = TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach;
        var cancellationToken = deadline.Token;
        var thread = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return call(state, cancellationToken).AsTask();
                }
                finally
                {
                    held.Release();
                }
            },
            CancellationToken.None,
            OwnThread,
            TaskScheduler.Default);
        var isInTime = true;
        try
        {
            return await deadline.RunAsync(new ValueTask<T>(thread.Unwrap())).ConfigureAwait(false);
        }
        catch (AbandonedCallException)
        {
            isInTime = false;
            throw;
        }
        finally
        {
            if (isInTime) calls.BlocksNoLonger(port);
        }
    }

    private OvertakenException Overtaken(Deadline deadline, Task answer)
    {
        held.Release();
        deadline.CameBack(answer);
        return new();
    }
}
