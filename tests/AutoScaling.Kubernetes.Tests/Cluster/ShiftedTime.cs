namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>Real time that a test can move on, so that lists grow old at once while waits and time limits stay real.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _shift));

    public override long GetTimestamp() => (long)(base.GetTimestamp() * ((double)TimeSpan.TicksPerSecond / base.TimestampFrequency)) + Volatile.Read(ref _shift);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _shift, time.Ticks);
}
