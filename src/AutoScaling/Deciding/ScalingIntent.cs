namespace AutoScaling.Deciding;

/// <summary>A scaling that was begun, and of which it is not known what became of it.</summary>
internal sealed record ScalingIntent
{
    /// <summary>The count that was found.</summary>
    public required int From { get; init; }

    /// <summary>The count that was asked for.</summary>
    public required int To { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }
}
