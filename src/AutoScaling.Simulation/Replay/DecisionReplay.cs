using AutoScaling.Primitives;
using AutoScaling.Simulation.Replay;

namespace AutoScaling.Simulation;

/// <summary>Decides again what a decision log holds, and says whether every decision comes out identical.</summary>
public static class DecisionReplay
{
    /// <summary>Decides every record of a log again, from its own policy, state, observation and time.</summary>
    /// <remarks>
    /// The log is read to its end, whatever is found in it, so that a line that cannot be read is never taken for identical.
    /// </remarks>
    /// <param name="records">The records, as <see cref="DecisionLog.Read"/> returns them.</param>
    /// <exception cref="ScalingException">
    /// A record cannot be read or decided again; the message names it (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static ReplayResult Run(IEnumerable<ScalingRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var policies = new Dictionary<ScalingTarget, (ScalingPolicy Policy, int Record)>();
        int number = 0, decisions = 0;
        ReplayDifference? first = null;
        foreach (var record in records)
        {
            number++;
            if (!policies.TryGetValue(record.Target, out var known) || !ReferenceEquals(known.Policy, record.Policy))
                policies[record.Target] = known = (record.Policy, number);
            if (record.IsManual || record.Decision is not { } logged) continue;
            decisions++;
            if (first is not null) continue;
            var decided = Decide(record, number);
            if (!string.Equals(logged.ToJson(), decided.ToJson(), StringComparison.Ordinal))
            {
                var why = DecisionDifference.Explain(logged, decided, known.Record);
                first = new() { Record = number, Logged = logged, Decided = decided, Why = why };
            }
        }

        return new() { Records = number, Decisions = decisions, FirstDifference = first };
    }

    private static ScalingDecision Decide(ScalingRecord record, int number)
    {
        var where = $"Record {number} ({record.Target} at {DecisionDifference.Time(record.At)})";
        if (record.Observation is not { } observation)
            throw new ScalingException([$"{where} must hold an observation to be decided again, but holds a decision alone."]);
        try
        {
            return ScalingDecisionEngine.Decide(record.Policy, record.State, observation, record.At).DueAt(record.Decision?.Due);
        }
        catch (Exception e)
        {
            // A rule of the user's may throw now, and did not when the log was written.
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"{where} cannot be decided again: {Phrase.Of(e)}.", e);
        }
    }
}

/// <summary>What a replay found.</summary>
public sealed record ReplayResult
{
    /// <summary>The records that were read.</summary>
    public required int Records { get; init; }

    /// <summary>
    /// The decisions among them; a record of a scaling by hand or of a failure holds none to make again. They were made again up to the
    /// first difference.
    /// </summary>
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
