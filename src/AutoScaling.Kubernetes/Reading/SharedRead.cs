using System.Net;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>
/// One reading that all targets share: who asks while it is under way waits for it, who asks soon afterwards gets the same answer.
/// Thread-safe.
/// </summary>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="read">Reads it; given what was read last, or <see langword="null"/>.</param>
/// <param name="maxAge">How old it may be, from when the reading began.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Ends a reading that is under way; it does not belong to any of those who wait for it.</param>
internal sealed class SharedRead<T>(
    Func<T?, CancellationToken, Task<T>> read, TimeSpan maxAge, TimeProvider time, CancellationToken stopping)
    where T : class
{
    // For how long a failure is the answer for all, so that a thousand targets do not ask a broken API server one after the other.
    private static readonly TimeSpan FailureLife = TimeSpan.FromSeconds(1);

    // A proxy's maintenance page may ask to wait for hours. Nothing is scaled while this waits, and the API server may be back much sooner.
    // For as long, what was read before is the answer: who asks to be asked less often is not down, and a target that sees nothing every
    // few minutes would never be scaled down, because it must have seen its metrics for a whole stabilization window before.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task<T>? _current;
    private long _began;
    private T? _last;
    private long _lastBegan;
    private TimeSpan _pause;

    /// <summary>What was read last, of whatever age; <see langword="null"/> if nothing was.</summary>
    public T? Last => Volatile.Read(ref _last);

    /// <summary>Starts a reading if the last one is too old, and does not wait for it.</summary>
    public void Begin() => _ = Current(time.GetTimestamp());

    /// <summary>What was read, no older than it may be.</summary>
    /// <param name="cancellationToken">Ends the wait, not the reading.</param>
    /// <exception cref="ApiException">
    /// It cannot be read. What was read before is not returned in its place, unless the API server asks to be left alone: then what is at
    /// most a minute older is, for as long as it asks to wait, at most a minute.
    /// </exception>
    public ValueTask<T> GetAsync(CancellationToken cancellationToken) => GetAsync(time.GetTimestamp(), cancellationToken);

    /// <summary>What was read, no older than it may have been at a moment.</summary>
    /// <param name="moment">
    /// When the evaluation began that needs it. What was young enough then is not read again because something else took its time since.
    /// </param>
    /// <param name="cancellationToken">Ends the wait, not the reading.</param>
    /// <exception cref="ApiException">As above.</exception>
    public ValueTask<T> GetAsync(long moment, CancellationToken cancellationToken)
    {
        var current = Current(moment);
        return current.IsCompletedSuccessfully ? new(current.Result) : new(current.WaitAsync(cancellationToken));
    }

    /// <summary>What was read, if it is no older than it may have been at a moment.</summary>
    public T? Fresh(long moment)
    {
        lock (_gate) return IsFresh(moment) ? _current!.Result : null;
    }

    private bool IsFresh(long moment) => _current is { IsCompletedSuccessfully: true }
        && (time.GetElapsedTime(_began, moment) < maxAge || time.GetElapsedTime(_began) < _pause);

    private Task<T> Current(long moment)
    {
        lock (_gate)
        {
            if (_current is { IsCompleted: false } running) return running;
            if (IsFresh(moment)) return _current!;

            if (_current is { IsCompletedSuccessfully: false } failed
                && time.GetElapsedTime(_began) < Life(failed.Exception?.InnerException))
            {
                return failed;
            }

            _began = time.GetTimestamp();
            var began = _began;
            _current = Task.Run(() => ReadAsync(began), CancellationToken.None);

            // Looks at the exception, because perhaps nobody waits for this reading, and it would then be reported as unobserved.
            _ = _current.ContinueWith(
                static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return _current;
        }
    }

    private async Task<T> ReadAsync(long began)
    {
        try
        {
            var answer = await read(Last, stopping).ConfigureAwait(false);
            (_lastBegan, _pause) = (began, TimeSpan.Zero);
            Volatile.Write(ref _last, answer);
            return answer;
        }
        catch (ApiException e) when (AsksToWait(e) && Last is not null && time.GetElapsedTime(_lastBegan, began) < LongestPause)
        {
            _pause = Life(e);
            return Last!;
        }
    }

    private static bool AsksToWait(ApiException e) => e.Status == HttpStatusCode.TooManyRequests || e.RetryAfter is not null;

    // How long a failure is the answer, counted from when the reading began. If the reading took longer than that, who asks next starts a
    // new one.
    private static TimeSpan Life(Exception? failure)
    {
        if ((failure as ApiException)?.RetryAfter is not { } wait || wait <= FailureLife) return FailureLife;
        return wait < LongestPause ? wait : LongestPause;
    }
}
