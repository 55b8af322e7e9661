using System.Diagnostics.CodeAnalysis;
using AutoScaling.Primitives;

namespace AutoScaling.Evaluating;

/// <summary>
/// The calls of one evaluation to its ports, under a deadline that holds even for a port that ignores its token: half of the time is for reading, half for acting,
/// so that a source that hangs does not keep a target out of its range.
/// </summary>
internal sealed class PortCall : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private CancellationTokenSource _deadline;
    private CancellationTokenRegistration _stopping;

    public PortCall(TimeSpan evaluationTimeout, TimeProvider time, CancellationToken stopping)
    {
        _timeout = evaluationTimeout / 2;
        _time = time;
        Begin(stopping);
    }

    public CancellationToken Token => _deadline.Token;

    /// <summary>What a metric source threw; of several, one.</summary>
    public Exception? SourceFailure { get; set; }

    /// <summary>
    /// Reading is over, acting begins. A host that stops does not cut it off: what was scaled and not remembered would have no cooldown after the restart.
    /// </summary>
    /// <param name="ended">Cuts it off: from then on another copy may act.</param>
    public void Act(CancellationToken ended)
    {
        Dispose();
        Begin(ended);
    }

    /// <summary>Waits for a call, at most until the deadline.</summary>
    /// <exception cref="AbandonedCallException">The deadline is over and the call has not come back.</exception>
    public async ValueTask<T> RunAsync<T>(ValueTask<T> call)
    {
        if (call.IsCompleted) return await call.ConfigureAwait(false);
        var task = call.AsTask();
        try
        {
            return await task.WaitAsync(Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It may have come back at the very last moment; then that is the answer.
            if (task.IsCompleted) return await task.ConfigureAwait(false);
            _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new AbandonedCallException(task);
        }
    }

    /// <summary>Why a call failed, as the end of a sentence.</summary>
    public string Reason(Exception e) => e is OperationCanceledException && Token.IsCancellationRequested
        ? $"it did not answer within {Phrase.Of(_timeout)}"
        : Phrase.Of(e);

    public void Dispose()
    {
        _stopping.Dispose();
        _deadline.Dispose();
    }

    [MemberNotNull(nameof(_deadline))]
    private void Begin(CancellationToken stopping)
    {
        _deadline = new(_timeout, _time);
        _stopping = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
    }
}

/// <summary>A port ignores its token: its call was given up, and may still come back.</summary>
internal sealed class AbandonedCallException(Task call) : OperationCanceledException
{
    public Task Call => call;
}
