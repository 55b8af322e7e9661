using System.Collections.Immutable;
using System.Text.Json;

namespace AutoScaling.Tool.Status;

/// <summary>
/// What a host's endpoint <c>status</c> answers, as far as it is told here. Whatever else there is, of other versions and rules of a
/// host's own, is passed over.
/// </summary>
internal sealed record StatusBody
{
    /// <summary>How many targets there are.</summary>
    public required int Total { get; init; }

    public required ImmutableArray<TargetBody> Targets { get; init; }

    public ImmutableArray<string> ReloadErrors { get; init; } = [];

    public ImmutableArray<string> Troubles { get; init; } = [];

    public LeadershipStatus? Leadership { get; init; }
}

/// <summary>A target in it, and what <c>target</c> answers.</summary>
internal sealed record TargetBody
{
    public required string Target { get; init; }

    public required bool Enabled { get; init; }

    public ReplicasBody? Replicas { get; init; }

    public DecisionBody? LastDecision { get; init; }

    public OutcomeBody? LastOutcome { get; init; }

    public string? LastError { get; init; }

    public string? Warning { get; init; }

    public DateTimeOffset? LastEvaluatedAt { get; init; }

    public ScalingOverride? Override { get; init; }
}

/// <summary>What <c>decisions</c> answers of one evaluation.</summary>
internal sealed record RecordBody
{
    public required DateTimeOffset At { get; init; }

    public DecisionBody? Decision { get; init; }

    public required OutcomeBody Outcome { get; init; }

    public string? Error { get; init; }
}

/// <summary>A decision.</summary>
internal sealed record DecisionBody
{
    public required int To { get; init; }

    public string? Explanation { get; init; }

    public CountRange? Range { get; init; }

    public ImmutableArray<HeldBack> Steps { get; init; } = [];
}

/// <summary>The replicas that were found.</summary>
internal sealed record ReplicasBody(int Ready);

/// <summary>What became of a decision.</summary>
internal sealed record OutcomeBody(string Kind, string? Reason = null);

/// <summary>What is wrong, as RFC 9457 has it.</summary>
internal sealed record ProblemBody(string? Detail);

/// <summary>How they are read.</summary>
internal static class HostJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize<T>(body, Options) ?? throw new JsonException("It is null.");

    /// <summary>A decision of the library, as hosts write it.</summary>
    public static DecisionBody? Of(ScalingDecision? decision) =>
        decision is null ? null : JsonSerializer.Deserialize<DecisionBody>(decision.ToJson(), Options);
}
