using AutoScaling.Primitives;

namespace AutoScaling.Evaluating;

/// <summary>
/// The time until which calls to ports are waited for. It holds even for a port that ignores its token: then the call is given up.
/// </summary>
/// <param name="wait">How long that is from the beginning.</param>
internal sealed class Deadline(TimeSpan wait) : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private CancellationTokenRegistration _registration;
    private CancellationToken _stopping;
    private bool _isKept;
    private volatile bool _hasCome;
    private IOvertaker? _overtaker;
    private object? _target;
    private TargetCalls? _calls;
    private string? _port;
    private int _place;
    private TaskCompletionSource? _lost;

    /// <summary>When it comes, on the clock of <see cref="Deadlines"/>. This and what follows is used inside its lock.</summary>
    public long Due { get; set; }

    public bool HasCome { get => _hasCome; set => _hasCome = value; }

    public Deadline? Previous { get; set; }

    public Deadline? Next { get; set; }

    /// <summary>Cancelled when the deadline comes.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether ports are called on the pool, as this thread must not be blocked.</summary>
    public bool IsOnPool { get; set; }

    // The same for the thread that comes back and for the one that gives it up, whichever is first.
    private TaskCompletionSource Lost =>
        LazyInitializer.EnsureInitialized(ref _lost, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Says who goes on with the evaluation if a port blocks its thread.</summary>
    /// <param name="overtaker">Who.</param>
    /// <param name="target">With what.</param>
    /// <param name="calls">The target's calls.</param>
    public void Watch(IOvertaker overtaker, object? target, TargetCalls calls) =>
        (_overtaker, _target, _calls) = (overtaker, target, calls);

    /// <summary>Says that the thread goes into a port from which it may not come back in time.</summary>
    /// <returns>Whether it may: not once the deadline has come, as it would be overlooked then. It has to leave in any case.</returns>
    /// <exception cref="OvertakenException">Another thread has gone on with the evaluation.</exception>
    public bool TryEnter(string port)
    {
        if (Volatile.Read(ref _place) == Place.Overtaken) throw new OvertakenException();
        _port = port;
        Interlocked.Exchange(ref _place, Place.Inside);
        return !_hasCome;
    }

    /// <summary>Says that the thread has come back.</summary>
    /// <returns>Whether it may go on: no other thread has.</returns>
    public bool TryLeave() => Interlocked.CompareExchange(ref _place, Place.Outside, Place.Inside) == Place.Inside;

    /// <summary>Gives up the thread if a port blocks it. The port is not called again until it has come back.</summary>
    /// <param name="held">Counts the threads that are held.</param>
    /// <returns>Whether it was given up, so that <see cref="GoOn"/> is to be called.</returns>
    public bool TryOvertake(HeldThreads held)
    {
        // Whoever goes in at this moment sees that it has come, or is seen.
        Interlocked.MemoryBarrier();
        if (_overtaker is null || Volatile.Read(ref _place) != Place.Inside || !held.TryTake()) return false;
        if (Interlocked.CompareExchange(ref _place, Place.Overtaken, Place.Inside) == Place.Inside)
        {
            _calls!.AbandonBlocked(_port!, Lost.Task);
            return true;
        }

        held.Release();
        return false;
    }

    /// <summary>Has another thread go on.</summary>
    public void GoOn() => _overtaker!.Overtake(_target!);

    /// <summary>The thread that was given up has come back, with the port's answer, which nobody wants any longer.</summary>
    public void CameBack(Task answer) => _ = answer.ContinueWith(
        static (answer, lost) =>
        {
            _ = answer.Exception;
            ((TaskCompletionSource)lost!).SetResult();
        },
        Lost,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    /// <summary>Waits for a call, at most until the deadline.</summary>
    /// <exception cref="AbandonedCallException">The deadline has come and the call has not come back.</exception>
    public ValueTask<T> RunAsync<T>(ValueTask<T> call) => call.IsCompleted ? call : WaitAsync(call.AsTask());

    /// <summary>Why a call failed, as the end of a sentence.</summary>
    public string Reason(Exception e) => e is OperationCanceledException && (HasCome || Token.IsCancellationRequested)
        ? $"it did not answer within {Phrase.Of(wait)}"
        : Phrase.Of(e);

    public void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException)
        {
            // What a port has registered with the token threw. It is cancelled all the same, and nobody here could do anything about it.
        }
    }

    /// <summary>Ends with a token, too.</summary>
    /// <returns>Whether it can be used.</returns>
    public bool Follow(CancellationToken stopping)
    {
        // One host evaluates with one token again and again.
        if (stopping == _stopping) return !_source.IsCancellationRequested || stopping.IsCancellationRequested;
        _registration.Dispose();
        if (_source.IsCancellationRequested) return false;
        _stopping = stopping;
        _registration = stopping.UnsafeRegister(static deadline => ((Deadline)deadline!).Cancel(), this);
        return true;
    }

    /// <summary>Makes it as new.</summary>
    /// <returns>Whether it is: its token may be with a call that has not come back, or cancelled.</returns>
    public bool TryReset()
    {
        if (_isKept || HasCome || !_source.TryReset()) return false;
        IsOnPool = false;
        _overtaker = null;
        (_target, _calls) = (null, null);
        return true;
    }

    /// <summary>
    /// Lets go of what it follows. Its source has no timer, so that nothing is left of it; and somebody may be about to cancel it.
    /// </summary>
    public void Dispose() => _registration.Dispose();

    private async ValueTask<T> WaitAsync<T>(Task<T> call)
    {
        try
        {
            return await call.WaitAsync(Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It may have come back at the very last moment; then that is the answer.
            if (call.IsCompleted) return await call.ConfigureAwait(false);
            _isKept = true;
            _ = call.ContinueWith(
                static t => _ = t.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            throw new AbandonedCallException(call);
        }
    }

    /// <summary>Where the thread of an evaluation is.</summary>
    private static class Place
    {
        /// <summary>In no port.</summary>
        public const int Outside = 0;

        /// <summary>In a port.</summary>
        public const int Inside = 1;

        /// <summary>In a port that has blocked it until the deadline: another thread has gone on.</summary>
        public const int Overtaken = 2;
    }
}

/// <summary>A port ignores its token: its call was given up, and may still come back.</summary>
internal sealed class AbandonedCallException(Task call) : OperationCanceledException
{
    public Task Call => call;
}
