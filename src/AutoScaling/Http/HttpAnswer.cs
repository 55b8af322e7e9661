using AutoScaling.Answers;

namespace AutoScaling.Http;

/// <summary>What became of a request.</summary>
internal sealed record HttpAnswer
{
    /// <summary>When its turn came: what it tells is not older.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What no sentence may quote.</summary>
    public required Secrets Secrets { get; init; }

    /// <summary>The answer.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The status; <see langword="null"/> if there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Whether the answer was longer than is read.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>What went wrong, as the end of a sentence; <see langword="null"/> if the server did what it was asked for.</summary>
    public string? Trouble { get; init; }

    /// <summary>Whether the server may have done it although nobody knows.</summary>
    public bool IsDoubtful { get; init; }
}
