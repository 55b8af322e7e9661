namespace AutoScaling;

/// <summary>An applied change of a target's replicas.</summary>
public readonly record struct ScaleEvent
{
    /// <summary>When it was applied.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The replicas that were added (positive) or removed (negative).</summary>
    public required int Change { get; init; }

    /// <summary>Who or what asked for it.</summary>
    public ScaleCause Cause { get; init; }
}
