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

    /// <summary>When it comes, on the clock of <see cref="Deadlines"/>. This and what follows is used inside its lock.</summary>
    public long Due { get; set; }

    public bool HasCome { get; set; }

    public Deadline? Previous { get; set; }

    public Deadline? Next { get; set; }

    /// <summary>Cancelled when the deadline comes.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Waits for a call, at most until the deadline.</summary>
    /// <exception cref="AbandonedCallException">The deadline has come and the call has not come back.</exception>
    public ValueTask<T> RunAsync<T>(ValueTask<T> call) => call.IsCompleted ? call : WaitAsync(call.AsTask());

    /// <summary>Why a call failed, as the end of a sentence.</summary>
    public string Reason(Exception e) => e is OperationCanceledException && Token.IsCancellationRequested
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
    public bool TryReset() => !_isKept && !HasCome && _source.TryReset();

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
            _ = call.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new AbandonedCallException(call);
        }
    }
}

/// <summary>A port ignores its token: its call was given up, and may still come back.</summary>
internal sealed class AbandonedCallException(Task call) : OperationCanceledException
{
    public Task Call => call;
}
