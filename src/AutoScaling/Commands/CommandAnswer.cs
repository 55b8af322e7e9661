namespace AutoScaling.Commands;

/// <summary>What became of a command.</summary>
internal sealed record CommandAnswer
{
    /// <summary>When its turn came: what it tells is not older.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it wrote to its standard output.</summary>
    public byte[] Output { get; init; } = [];

    /// <summary>The code that it ended with; <see langword="null"/> if it did not run, or not to its end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What went wrong, as the end of a sentence; <see langword="null"/> if it ended with 0.</summary>
    public string? Trouble { get; init; }

    /// <summary>Whether it wrote more than is read.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether it ran, and was ended by others: what it was to do may be done.</summary>
    public bool IsDoubtful { get; init; }
}
