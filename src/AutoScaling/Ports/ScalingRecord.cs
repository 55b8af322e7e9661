using System.Collections.Immutable;
using AutoScaling.Ports;

namespace AutoScaling;

/// <summary>One evaluation's audit line: what was seen, decided and done. With it the decision can be made again.</summary>
public sealed record ScalingRecord
{
    // A host keeps the last records of each of its targets, and most have nothing of the rarer kinds: those are in one object aside.
    private readonly RecordAside? _aside;
    private readonly long _at;
    private readonly short _offsetMinutes;

    /// <summary>What was evaluated.</summary>
    public required ScalingTarget Target { get; init; }

    /// <summary>When the decision was made, or the evaluation failed.</summary>
    public required DateTimeOffset At
    {
        get => new(_at, TimeSpan.FromMinutes(_offsetMinutes));
        init => (_at, _offsetMinutes) = (value.Ticks, (short)value.TotalOffsetMinutes);
    }

    /// <summary>The policy that held.</summary>
    public required ScalingPolicy Policy { get; init; }

    /// <summary>What was remembered from earlier evaluations.</summary>
    public required ScalingState State { get; init; }

    /// <summary>What was seen; <see langword="null"/> if the replicas could not be read.</summary>
    public ScalingObservation? Observation { get; init; }

    /// <summary>What was decided; <see langword="null"/> if nothing could be.</summary>
    public ScalingDecision? Decision { get; init; }

    /// <summary>What the scaler did.</summary>
    public ScaleOutcome Outcome { get; init; } = ScaleOutcome.Unchanged;

    /// <summary>What went wrong, as a sentence; <see langword="null"/> if nothing did.</summary>
    public string? Error
    {
        get => _aside?.Error;
        init => _aside = value is null && _aside is null ? null : Aside with { Error = value };
    }

    /// <summary>What kind of thing went wrong; <see langword="null"/> if nothing did.</summary>
    public ScalingErrorKind? ErrorKind
    {
        get => _aside?.ErrorKind;
        init => _aside = value is null && _aside is null ? null : Aside with { ErrorKind = value };
    }

    /// <summary>What is amiss though the decision was carried out, as a sentence; <see langword="null"/> if nothing is.</summary>
    public string? Warning
    {
        get => _aside?.Warning;
        init => _aside = value is null && _aside is null ? null : Aside with { Warning = value };
    }

    /// <summary>Whether someone asked for the scaling by hand.</summary>
    public bool IsManual
    {
        get => _aside?.IsManual ?? false;
        init => _aside = !value && _aside is null ? null : Aside with { IsManual = value };
    }

    /// <summary>What the policy's shadows decided beside it; empty if nothing was decided, or by hand.</summary>
    public ImmutableArray<ShadowDecision> Shadows
    {
        get => _aside?.Shadows.Items ?? [];
        init => _aside = value.IsDefaultOrEmpty && _aside is null ? null : Aside with { Shadows = value };
    }

    /// <summary>How long it took, reading and scaling included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How long after its due time it began; 0 for what was asked for by hand.</summary>
    public TimeSpan Lateness { get; init; }

    /// <summary>What is remembered afterwards.</summary>
    public ScalingState Next { get => field ?? State; init; }

    /// <summary>Whether it is the decision of a policy as it stands, with nothing beside it that few have.</summary>
    internal bool IsPlain => _aside is null && Decision is { } decision
        && ReferenceEquals(Target, Policy.Target) && ReferenceEquals(decision.Target, Target)
        && decision.At.EqualsExact(At) && ReferenceEquals(decision.Behavior, Policy.Behavior);

    private RecordAside Aside => _aside ?? new();

    /// <summary>The decision and its outcome, or the error, in plain sentences.</summary>
    public string Explain()
    {
        if (Decision is null) return $"{Target}: {Error}";
        var why = Outcome.Reason is null ? Decision.Explain() : $"{Decision.Explain()} It was not carried out: {Outcome.Reason}.";
        if (Outcome.Kind == ScaleOutcomeKind.Recommended) why += " It is only recommended.";
        return Warning is null ? why : $"{why} {Warning}";
    }
}
