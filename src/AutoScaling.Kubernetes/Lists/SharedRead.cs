namespace AutoScaling.Kubernetes;

/// <summary>One reading for all who ask: who asks while it is under way waits for it, who asks soon afterwards gets the same. Thread-safe.</summary>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="read">Reads it; given what was read last, or <see langword="null"/>.</param>
/// <param name="maxAge">How old it may be, from when the reading began.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Ends a reading that is under way; it does not belong to any of those who wait for it.</param>
internal sealed class SharedRead<T>(Func<T?, CancellationToken, Task<T>> read, TimeSpan maxAge, TimeProvider time, CancellationToken stopping)
    where T : class
{
    // So that a thousand targets do not ask a broken API server one after the other.
    private static readonly TimeSpan FailureLife = TimeSpan.FromSeconds(1);

    // Who asks to be left alone for hours does not know when it will be well again: a proxy's maintenance page. Until then nothing would be scaled.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task<T>? _current;
    private long _began;
    private T? _last;

    /// <summary>What was read last, of whatever age; <see langword="null"/> if nothing was.</summary>
    public T? Last => Volatile.Read(ref _last);

    /// <summary>Sees to it that something fresh is there or on its way, without waiting for it.</summary>
    public void Begin() => _ = Current();

    /// <summary>Something that is fresh enough.</summary>
    /// <param name="cancellationToken">Ends the wait, not the reading.</param>
    /// <exception cref="ApiException">It cannot be read. What was read before is not given in its place.</exception>
    public ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        var current = Current();
        return current.IsCompletedSuccessfully ? new(current.Result) : new(current.WaitAsync(cancellationToken));
    }

    private Task<T> Current()
    {
        lock (_gate)
        {
            var age = time.GetElapsedTime(_began);
            if (_current is { } current && (!current.IsCompleted || age < (current.IsCompletedSuccessfully ? maxAge : Life(current)))) return current;
            _began = time.GetTimestamp();
            _current = Task.Run(ReadAsync, CancellationToken.None);

            // Whoever only began it does not look at how it ended.
            _ = _current.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return _current;
        }
    }

    private async Task<T> ReadAsync()
    {
        var answer = await read(Last, stopping).ConfigureAwait(false);
        Volatile.Write(ref _last, answer);
        return answer;
    }

    // The age counts from when the reading began: one that has tried for seconds is tried anew by whoever asks next.
    private static TimeSpan Life(Task failed) => (failed.Exception?.InnerException as ApiException)?.RetryAfter is { } wait && wait > FailureLife
        ? (wait < LongestPause ? wait : LongestPause)
        : FailureLife;
}
