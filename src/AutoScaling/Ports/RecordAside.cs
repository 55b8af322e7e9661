using AutoScaling.Primitives;

namespace AutoScaling.Ports;

/// <summary>What few records have.</summary>
internal sealed record RecordAside
{
    public string? Error { get; init; }

    public ScalingErrorKind? ErrorKind { get; init; }

    public string? Warning { get; init; }

    public bool IsManual { get; init; }

    public ValueList<ShadowDecision> Shadows { get; init; }
}
