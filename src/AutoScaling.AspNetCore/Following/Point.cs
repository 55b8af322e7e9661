namespace AutoScaling.AspNetCore.Following;

/// <summary>What is kept of one evaluation for the plots.</summary>
internal readonly record struct Point
{
    public required long Ticks { get; init; }

    public required int Ready { get; init; }

    public required int Wanted { get; init; }

    /// <summary>What rules asked for; -1 if they could not say.</summary>
    public required int Asked { get; init; }

    public required int Min { get; init; }

    public required int Max { get; init; }

    /// <summary>The readings, in the order of the history's metrics; NaN where there is none.</summary>
    public required double[] Values { get; init; }

    /// <summary>Kept where it scaled or failed, to be explained when somebody asks.</summary>
    public ScalingRecord? Record { get; init; }

    public DateTimeOffset At => new(Ticks, TimeSpan.Zero);
}
