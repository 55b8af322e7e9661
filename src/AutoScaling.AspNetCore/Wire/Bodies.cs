using System.Text.Json.Serialization;

namespace AutoScaling.AspNetCore.Wire;

/// <summary>Which target something is done to.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TargetBody
{
    public required string Target { get; init; }
}

/// <summary>What is paused, until when and why.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PauseBody
{
    public required string Target { get; init; }

    /// <summary>Which directions: <c>pause</c>, <c>pauseScaleUp</c> or <c>pauseScaleDown</c>; <see langword="null"/>: the first.</summary>
    public string? Kind { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What is held at which count, until when and why.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record HoldBody
{
    public required string Target { get; init; }

    public required int Replicas { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What is scaled to which count, once.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ScaleBody
{
    public required string Target { get; init; }

    public required int Replicas { get; init; }

    public string? Reason { get; init; }
}

/// <summary>A candidate that is to decide beside a policy: its name, and what it says differently.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ShadowBody
{
    public required string Target { get; init; }

    public required string Name { get; init; }

    /// <summary>By the path of a setting, such as <c>rules[0].target</c>, its value as documents have it.</summary>
    public required Dictionary<string, string> Changes { get; init; }
}

/// <summary>What was done, as a sentence.</summary>
internal sealed record DoneBody(string Said);
