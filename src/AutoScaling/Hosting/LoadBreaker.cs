namespace AutoScaling.Hosting;

/// <summary>
/// Keeps those away who would wait for a store that does not answer: after some loads that failed in a row, one tries it each second, and
/// all others are told at once what was wrong. Else they would take the places of targets that need nothing of the store.
/// </summary>
internal sealed class LoadBreaker(TimeProvider time)
{
    // As many that fail one after the other are no accident.
    private const int SomeFailures = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile string? _reason;
    private long _failedAt;
    private int _failures; // since one load succeeded
    private bool _isTried;

    /// <summary>Begins a load.</summary>
    /// <param name="isTry">Whether it is the one that tries a store that did not answer; it says when it has ended.</param>
    /// <returns>Why it must not begin; <see langword="null"/> if it may.</returns>
    public string? Begin(out bool isTry)
    {
        // Read once: a load that ends meanwhile must not make this one count as done.
        var reason = _reason;
        isTry = reason is not null;
        if (!isTry) return null;
        if (time.GetElapsedTime(Volatile.Read(ref _failedAt)) >= Pause && !Interlocked.Exchange(ref _isTried, true)) return null;
        isTry = false;
        return reason;
    }

    /// <summary>The store has answered, if only that a state cannot be read: that is no trouble of the others.</summary>
    public void Answered() => (_failures, _reason) = (0, null);

    /// <summary>The store has not answered.</summary>
    public void Failed(string reason)
    {
        Volatile.Write(ref _failedAt, time.GetTimestamp());
        if (Interlocked.Increment(ref _failures) >= SomeFailures) _reason = reason;
    }

    /// <summary>The one that tried the store has ended.</summary>
    public void EndTry() => Volatile.Write(ref _isTried, false);
}
