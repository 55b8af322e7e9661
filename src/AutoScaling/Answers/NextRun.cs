namespace AutoScaling.Answers;

/// <summary>
/// Lets many ask for the same at once: whoever asks while a run is under way shares the next one, which begins when that has ended. So a
/// thousand targets cost two runs, and no answer is older than its question.
/// </summary>
/// <param name="run">Runs; it belongs to all who asked, and so takes nobody's token.</param>
internal sealed class NextRun<T>(Func<Task<T>> run)
{
    private readonly Lock _gate = new();
    private Task<T>? _running;
    private Task<T>? _next;

    public Task<T> AskAsync()
    {
        lock (_gate)
        {
            if (_next is not null) return _next;
            if (_running is { IsCompleted: false } running) return _next = AfterAsync(running);
            return _running = Task.Run(run);
        }
    }

    private async Task<T> AfterAsync(Task<T> running)
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> mine;
        lock (_gate)
        {
            mine = _running = Task.Run(run);
            _next = null;
        }

        return await mine.ConfigureAwait(false);
    }
}
