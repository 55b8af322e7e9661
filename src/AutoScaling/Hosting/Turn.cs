namespace AutoScaling.Hosting;

/// <summary>
/// Lets one in at a time, the others in their order. Costs nothing while nobody waits, as a host has one for each of its targets.
/// </summary>
internal sealed class Turn
{
    private Queue<TaskCompletionSource>? _waiting;
    private bool _isTaken;

    /// <summary>Whether somebody is in.</summary>
    public bool IsTaken => Volatile.Read(ref _isTaken);

    /// <summary>Comes in, once nobody is.</summary>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (this)
        {
            if (_isTaken)
            {
                var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                (_waiting ??= new()).Enqueue(turn);
                return new(WaitAsync(turn, cancellationToken));
            }

            _isTaken = true;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Lets the next one in.</summary>
    public void Leave()
    {
        lock (this)
        {
            while (_waiting?.TryDequeue(out var next) == true)
            {
                if (next.TrySetResult()) return;
            }

            _isTaken = false;
        }
    }

    private static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using var ends = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token),
            turn);
        await turn.Task.ConfigureAwait(false);
    }
}
