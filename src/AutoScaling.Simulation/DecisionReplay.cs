namespace AutoScaling.Simulation;

/// <summary>Decides again what a decision log holds, and says whether every decision comes out identical.</summary>
public static class DecisionReplay
{
    /// <summary>Decides every record of a log again.</summary>
    /// <param name="records">The records, as <see cref="DecisionLog.Read"/> returns them.</param>
    public static ReplayResult Run(IEnumerable<ScalingRecord> records) => throw new NotSupportedException();
}

/// <summary>What a replay found.</summary>
public sealed record ReplayResult
{
    /// <summary>The records that were read.</summary>
    public required int Records { get; init; }

    /// <summary>The decisions that were made again; a record of a scaling by hand or of a failure holds none.</summary>
    public required int Decisions { get; init; }

    /// <summary>Where the first difference is; <see langword="null"/> if every decision came out identical.</summary>
    public ReplayDifference? FirstDifference { get; init; }
}

/// <summary>A decision that came out differently.</summary>
public sealed record ReplayDifference
{
    /// <summary>The number of the record, from 1: the line of the log.</summary>
    public required int Record { get; init; }

    /// <summary>What the log says.</summary>
    public required ScalingDecision Logged { get; init; }

    /// <summary>What the engine says now.</summary>
    public required ScalingDecision Decided { get; init; }

    /// <summary>What differs and why, in plain sentences.</summary>
    public required string Why { get; init; }
}
