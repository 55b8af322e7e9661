namespace AutoScaling;

/// <summary>One call of <see cref="IScaler.ScaleAsync"/> that a <see cref="FakeScaler"/> received.</summary>
public sealed record ScaleCall
{
    /// <summary>When the call came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which target was to be scaled.</summary>
    public required ScalingTarget Target { get; init; }

    /// <summary>The count that the decision was made for.</summary>
    public required int From { get; init; }

    /// <summary>The count to have.</summary>
    public required int To { get; init; }

    /// <summary>What the scaler answered; in <see cref="FakeScaler.OnScale"/>, what it is about to answer.</summary>
    public required ScaleOutcome Outcome { get; init; }

    /// <summary>The call as <c>web 2 -> 4: Applied</c>.</summary>
    public override string ToString() => $"{Target} {From} -> {To}: {Outcome}";
}
