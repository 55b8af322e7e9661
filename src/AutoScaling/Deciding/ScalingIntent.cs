namespace AutoScaling;

/// <summary>
/// A scaling that was begun, and of which it is not known what became of it: the host was killed, or the scaler failed in the middle of it.
/// </summary>
/// <remarks>The next evaluation resolves it by what it finds: the new count means that it took place, when it was begun.</remarks>
public sealed record ScalingIntent
{
    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The count that it began with.</summary>
    public required int From { get; init; }

    /// <summary>The count that was asked for.</summary>
    public required int To { get; init; }

    /// <summary>
    /// Whether it was only recommended (<see cref="ScalingMode.Recommend"/>), so that others may have followed it, or not.
    /// </summary>
    public bool IsOnlyRecommended { get; init; }

    /// <summary>How many of the replicas that were asked for are on top, by schedules that add some.</summary>
    /// <value>0 by default.</value>
    public int OnTop { get; init; }

    /// <summary>Who or what asked for it.</summary>
    public ScaleCause Cause { get; init; }
}
