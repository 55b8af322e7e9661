namespace AutoScaling.Hosting;

/// <summary>What the loop sleeps by: until a time, or until somebody wakes it.</summary>
internal sealed class WakeUp(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0, 1);
    private ITimer? _timer;
    private long _until;

    /// <summary>Until when the loop sleeps, on the schedule's clock.</summary>
    public long Until
    {
        get => Volatile.Read(ref _until);
        set => Volatile.Write(ref _until, value);
    }

    /// <summary>Sleeps.</summary>
    /// <param name="wait">For how long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public Task SleepAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        _timer ??= time.CreateTimer(static loop => ((WakeUp)loop!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
        return _wake.WaitAsync(cancellationToken);
    }

    /// <summary>Wakes the loop: something may be due earlier than it thinks.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or gone.
        }
    }

    /// <summary>Wakes the loop if it sleeps longer than until a time.</summary>
    /// <param name="due">The time, on the schedule's clock; 0 is none.</param>
    public void WakeBy(long due)
    {
        if (due != 0 && due < Until) Wake();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _wake.Dispose();
    }
}
