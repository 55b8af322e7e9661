using AutoScaling.Prometheus.Client;
using AutoScaling.Prometheus.Primitives;

namespace AutoScaling.Prometheus.Reading;

/// <summary>
/// One query that all who need it share: who asks while it is under way waits for it, who asks soon afterwards gets the same answer.
/// Thread-safe.
/// </summary>
/// <param name="query">Asks; given the last answer, or <see langword="null"/>.</param>
/// <param name="maxAge">How old an answer may be, from when it was asked for.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedQuery(Func<Answer?, Task<Answer>> query, TimeSpan maxAge, TimeProvider time)
{
    // For how long a failure is the answer for all, so that thousands of targets do not ask a broken server one after the other.
    private static readonly TimeSpan FailureLife = TimeSpan.FromSeconds(1);

    // A proxy's maintenance page may ask to wait for hours.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task<Answer>? _current;
    private Answer? _last;
    private long _began;

    /// <summary>Asks if the last answer is too old, and does not wait.</summary>
    public void Begin() => _ = Current();

    /// <summary>The answer, no older than it may be.</summary>
    /// <param name="cancellationToken">Ends the wait, not the query.</param>
    /// <exception cref="PrometheusException">There is none. An earlier answer is not given in its place.</exception>
    public ValueTask<Answer> GetAsync(CancellationToken cancellationToken)
    {
        var current = Current();
        return current.IsCompletedSuccessfully ? new(current.Result) : new(current.WaitAsync(cancellationToken));
    }

    private Task<Answer> Current()
    {
        lock (_gate)
        {
            if (_current is { IsCompleted: false } running) return running;
            if (_current is { } current && time.GetElapsedTime(_began) < Life(current)) return current;
            _began = time.GetTimestamp();
            _current = Task.Run(AskAsync, CancellationToken.None);

            // Looks at the exception, because perhaps nobody waits any more, and it would then be reported as unobserved.
            _ = _current.ContinueWith(
                static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return _current;
        }
    }

    private async Task<Answer> AskAsync()
    {
        var answer = await query(Volatile.Read(ref _last)).ConfigureAwait(false);
        Volatile.Write(ref _last, answer);
        return answer;
    }

    private TimeSpan Life(Task ended)
    {
        if (ended.IsCompletedSuccessfully) return maxAge;
        var asked = (ended.Exception?.InnerException as PrometheusException)?.RetryAfter ?? FailureLife;
        return asked < FailureLife ? FailureLife : asked < LongestPause ? asked : LongestPause;
    }
}
