namespace AutoScaling.Orleans.Sharing;

/// <summary>A time in which a bucket is this silo's, from one activation of its grain, or one renewal of it, to the next.</summary>
internal sealed class BucketTerm : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly long _begunAt;
    private long _renewedAt;
    private volatile bool _isClosed;
    private volatile bool _isOver;

    /// <summary>Begins a term.</summary>
    /// <param name="bucket">Which bucket.</param>
    /// <param name="number">Another one for each term of this process.</param>
    /// <param name="lease">For how long it lasts without being renewed.</param>
    /// <param name="time">The clock that is never set.</param>
    public BucketTerm(int bucket, long number, TimeSpan lease, TimeProvider time)
    {
        (Bucket, _lease, _time, _begunAt) = (bucket, lease, time, time.GetTimestamp());
        _renewedAt = _begunAt;
        Term = new(() => IsCurrent, _ended.Token) { Number = number };
    }

    public int Bucket { get; }

    /// <summary>The term as the loop knows it.</summary>
    public LeaderTerm Term { get; }

    /// <summary>How long ago it has begun.</summary>
    public TimeSpan Age => _time.GetElapsedTime(_begunAt);

    /// <summary>Whether the bucket is another silo's, so that what is remembered of its targets counts no longer.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether evaluations may begin in it.</summary>
    public bool IsOpen => !_isClosed && IsCurrent;

    private bool IsCurrent => !_isOver && _time.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _lease;

    /// <summary>Lets the term last longer.</summary>
    /// <returns>Whether it does; not if it was over.</returns>
    public bool Renew()
    {
        if (!IsOpen) return false;
        Volatile.Write(ref _renewedAt, _time.GetTimestamp());
        return true;
    }

    /// <summary>Lets no evaluation begin any longer; what has begun may be done.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Ends the term, and cuts off what is under way.</summary>
    public void End()
    {
        _isOver = true;
        _ended.Cancel();
    }

    public void Dispose() => _ended.Dispose();

    /// <summary>Ends the term because the bucket is another silo's.</summary>
    public void Lose()
    {
        IsLost = true;
        End();
    }
}
