namespace AutoScaling.Kubernetes.Client;

/// <summary>The same question, asked several times on several connections: the first answer that begins is the one that is read.</summary>
internal sealed class Race<T>
{
    private readonly List<Task> _running = [];
    private readonly Dictionary<Task, Task<T>> _answers = [];

    /// <summary>How often it was asked.</summary>
    public int Count => _answers.Count;

    /// <summary>Asks once more.</summary>
    /// <param name="ask">Asks; given what to call when the answer begins.</param>
    public void Add(Func<Action, Task<T>> ask)
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = ask(() => began.TrySetResult());

        // An answer that nobody waits for any longer fails when it is cancelled, and that is no news.
        _ = answer.ContinueWith(
            static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var first = Task.WhenAny(began.Task, answer);
        _answers[first] = answer;
        _running.Add(first);
    }

    /// <summary>Waits for the first answer that begins; one that fails before it has begun counts only if all do.</summary>
    /// <param name="limit">Ends the wait.</param>
    /// <returns>The answer, which is still being read or has failed; <see langword="null"/> if none began until the limit.</returns>
    public async Task<Task<T>?> WaitAsync(Task limit)
    {
        while (true)
        {
            var next = await Task.WhenAny(_running.Append(limit)).ConfigureAwait(false);
            if (next == limit) return null;
            var answer = _answers[next];
            _running.Remove(next);
            if (_running.Count == 0 || !HasFailed(answer)) return answer;
        }
    }

    private static bool HasFailed(Task answer) => answer.IsFaulted || answer.IsCanceled;
}
