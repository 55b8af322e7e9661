using System.Text.Json.Nodes;
using AutoScaling.Deciding;

namespace AutoScaling.Recording;

/// <summary>A line of a <see cref="DecisionLog"/>.</summary>
internal sealed class LogLine
{
    /// <summary>The version of this form. A later library reads every earlier one; an earlier library refuses a later one.</summary>
    public const int Current = 1;

    public required DateTimeOffset At { get; set; }

    public required ScalingTarget Target { get; set; }

    /// <summary>Beside every policy, without which nothing that follows can be read.</summary>
    public int? Version { get; set; }

    public JsonNode? Policy { get; set; }

    public StateDocument? State { get; set; }

    public ScalingObservation? Observation { get; set; }

    public ScalingDecision? Decision { get; set; }

    public ScaleOutcome? Outcome { get; set; }

    public string? Error { get; set; }

    public ScalingErrorKind? ErrorKind { get; set; }

    public string? Warning { get; set; }

    public bool IsManual { get; set; }

    public TimeSpan Duration { get; set; }

    public TimeSpan Lateness { get; set; }

    public List<ShadowDecision>? Shadows { get; set; }
}
