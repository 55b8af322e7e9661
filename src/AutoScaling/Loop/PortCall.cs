namespace AutoScaling;

/// <summary>The calls of one evaluation to its ports, under one deadline that holds even for a port that ignores its token.</summary>
internal sealed class PortCall : IDisposable
{
    private readonly ManagedTarget _managed;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenRegistration _stopping;

    public PortCall(ManagedTarget managed, TimeSpan timeout, TimeProvider time, CancellationToken stopping)
    {
        _managed = managed;
        _timeout = timeout;
        _deadline = new(timeout, time);
        _stopping = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
    }

    public CancellationToken Token => _deadline.Token;

    public async ValueTask<T> RunAsync<T>(ValueTask<T> call)
    {
        if (call.IsCompleted) return await call.ConfigureAwait(false);
        var task = call.AsTask();
        try
        {
            return await task.WaitAsync(Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!task.IsCompleted)
        {
            // It ignores its token. It is left to itself, and nothing more is asked of the target until it has come back.
            _managed.Abandoned = task;
            _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Why a call failed, as the end of a sentence.</summary>
    public string Reason(Exception e) => e is OperationCanceledException && Token.IsCancellationRequested
        ? $"it did not answer within {Text.Of(_timeout)}"
        : e.Message.TrimEnd('.', ' ', '\n');

    public void Dispose()
    {
        _stopping.Dispose();
        _deadline.Dispose();
    }
}
