namespace AutoScaling.Orleans.Host;

/// <summary>A wall clock that stands until it is set, beside a clock for waiting that goes on.</summary>
internal sealed class StepTime : TimeProvider
{
    private long _now = System.GetUtcNow().UtcTicks;

    /// <summary>The time, as UTC ticks.</summary>
    public long Now { set => Volatile.Write(ref _now, value); }

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _now), TimeSpan.Zero);
}
