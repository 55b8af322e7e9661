using AutoScaling.Deciding;

namespace AutoScaling.Evaluating;

/// <summary>One evaluation, or one scaling by hand: what it begins with, and how its record is made of what came of it.</summary>
internal readonly record struct Evaluation
{
    public required ScalingPolicy Policy { get; init; }

    public required ScalingState State { get; init; }

    public required TargetCalls Calls { get; init; }

    /// <summary>
    /// Opens what is asked before the target is scaled; nothing is if it is <see langword="null"/>. Most evaluations scale nothing, and
    /// need none.
    /// </summary>
    public Func<object, ScalingGate>? OpenGate { get; init; }

    /// <summary>What the evaluation is of, for whoever has it done: the gate is opened for it.</summary>
    public object? Of { get; init; }

    /// <summary>Who goes on if a port blocks the thread while it reads; <see langword="null"/> if nobody does.</summary>
    public IOvertaker? Overtaker { get; init; }

    /// <summary>Whether ports are called on the pool, so that the caller's thread is never blocked.</summary>
    public bool OnPool { get; init; }

    /// <summary>The count that someone asked for; <see langword="null"/> if metrics decide.</summary>
    public ByHand? Manual { get; init; }

    /// <summary>How long after its due time it begins; <see langword="null"/> if it was not due, but asked for.</summary>
    public TimeSpan? Lateness { get; init; }

    public ScalingGate? Gate() => OpenGate?.Invoke(Of!);

    /// <summary>
    /// The decision to scale, of an evaluation in its rhythm. One that is an interval late or more has lost the rhythm: what it does counts
    /// from when it is done.
    /// </summary>
    /// <param name="decision">The decision.</param>
    /// <param name="taken">How long the evaluation has taken.</param>
    public ScalingDecision InRhythm(ScalingDecision decision, TimeSpan taken) =>
        Lateness + taken is { Ticks: > 0 } late && late < (Policy.Interval ?? PolicyDefaults.Interval)
            ? decision.DueAt(decision.At - late)
            : decision;

    /// <summary>The record of something decided.</summary>
    public ScalingRecord Decided(
        ScalingObservation observation, ScalingDecision decision, ScaleOutcome outcome, string? warning, TimeSpan duration)
    {
        var (kind, error) = Trouble(observation, decision, outcome);
        if (decision.SetBackSince is { } since)
        {
            var war = Explanation.SetBack(decision.Target, since, decision.From);
            warning = warning is null ? war : $"{warning} {war}";
        }

        return new()
        {
            Target = Policy.Target,
            At = decision.At,
            Policy = Policy,
            State = State,
            Observation = observation,
            Decision = decision,
            Outcome = outcome,
            ErrorKind = kind,
            Error = error,
            Warning = warning,
            IsManual = Manual is not null,
            Duration = duration,
            Lateness = LatenessInRecord,
            Next = State.After(decision, outcome),
        };
    }

    /// <summary>The record of something that could not be decided.</summary>
    public ScalingRecord Failed(
        ScalingObservation? observation, DateTimeOffset at, string reason, ScalingErrorKind? kind, TimeSpan duration) => new()
        {
            Target = Policy.Target,
            At = at,
            Policy = Policy,
            State = State,
            Observation = observation,
            ErrorKind = kind ?? ScalingErrorKind.ScalingFailed,
            Error = $"'{Policy.Target}' could not be {(Manual is null ? "evaluated" : "scaled")}: {reason}.",
            IsManual = Manual is not null,
            Duration = duration,
            Lateness = LatenessInRecord,
        };

    private TimeSpan LatenessInRecord => Lateness is { Ticks: > 0 } late ? late : TimeSpan.Zero;

    private (ScalingErrorKind? Kind, string? Error) Trouble(ScalingObservation observation, ScalingDecision decision, ScaleOutcome outcome)
    {
        if (outcome.Kind == ScaleOutcomeKind.Failed)
            return Failure($"'{Policy.Target}' could not be scaled from {decision.From} to {decision.To}: {outcome.Reason}.");
        if (Manual is not null) return (null, null);
        if (observation.Replicas.Refusal is { } refusal) return Failure($"'{Policy.Target}' is not scaled: {refusal}.");
        return decision.IsBlind ? (ScalingErrorKind.MetricsUnavailable, Explanation.Unreadable(decision)) : (null, null);

        static (ScalingErrorKind? Kind, string? Error) Failure(string sentence) => (ScalingErrorKind.ScalingFailed, sentence);
    }
}
