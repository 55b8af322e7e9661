using Cronos;

namespace AutoScaling;

/// <summary>What a <see cref="ScheduleRule"/> does to the range while it is open.</summary>
public enum ScheduleBound
{
    /// <summary>No fewer replicas than its count.</summary>
    Floor,

    /// <summary>No more replicas than its count.</summary>
    Ceiling,

    /// <summary>Just its count.</summary>
    Exact,
}

/// <summary>Narrows the policy's range at set times: from each occurrence of <see cref="Start"/> until the next one of <see cref="End"/>.</summary>
/// <remarks>
/// Occurrences are those of the Cronos library: a time that daylight saving skips happens when the gap ends, one that it repeats happens once, at the first pass.
/// A bound never leaves the policy's own range; where bounds contradict each other the highest floor wins.
/// </remarks>
public sealed record ScheduleRule : ScalingRule
{
    private readonly CronExpression _start = CronExpression.Parse("0 0 * * *");
    private readonly CronExpression _end = CronExpression.Parse("0 0 * * *");
    private readonly TimeZoneInfo _zone = TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override string Name { get; init; } = "schedule";

    /// <summary>When the schedule opens, as a cron expression of five fields, or six with seconds.</summary>
    public required string Start
    {
        get;
        init
        {
            _start = Parse(value, nameof(Start));
            field = value;
        }
    }

    /// <summary>When the schedule closes, as a cron expression of five fields, or six with seconds.</summary>
    public required string End
    {
        get;
        init
        {
            _end = Parse(value, nameof(End));
            field = value;
        }
    }

    /// <summary>The time zone of both expressions, as an IANA id such as <c>Europe/Berlin</c>.</summary>
    /// <value><c>UTC</c> by default.</value>
    public string TimeZone
    {
        get;
        init
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(value, out var zone))
                throw ScalingException.Invalid($"TimeZone must be an IANA time zone known to this machine, but is '{value}'.");
            _zone = zone;
            field = value;
        }
    }
    = "UTC";

    /// <summary>What the schedule does to the range while it is open.</summary>
    /// <value><see cref="ScheduleBound.Floor"/> by default.</value>
    public ScheduleBound Bound { get; init; }

    /// <summary>The count.</summary>
    /// <value>At least 0.</value>
    public required int Replicas
    {
        get;
        init => field = RuleCheck.NotNegative(value, nameof(Replicas));
    }

    /// <inheritdoc/>
    public override bool OnlyBounds => true;

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        var now = context.Now;
        var opened = Last(_start, now);
        var open = opened is not null && !(Last(_end, now) >= opened);
        if (!open) return new(RecommendationKind.None, RecommendationReason.ScheduleClosed, until: _start.GetNextOccurrence(now, _zone));

        var kind = Bound switch
        {
            ScheduleBound.Floor => RecommendationKind.Floor,
            ScheduleBound.Ceiling => RecommendationKind.Ceiling,
            _ => RecommendationKind.Exact,
        };
        return new(kind, RecommendationReason.ScheduleOpen, Replicas, until: _end.GetNextOccurrence(now, _zone));
    }

    /// <summary>The parsed expressions say nothing that <see cref="Start"/>, <see cref="End"/> and <see cref="TimeZone"/> do not.</summary>
    /// <param name="other">The rule to compare with.</param>
    public bool Equals(ScheduleRule? other) => other is not null
        && (Name, Start, End, TimeZone, Bound, Replicas) == (other.Name, other.Start, other.End, other.TimeZone, other.Bound, other.Replicas);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Start, End, TimeZone, Bound, Replicas);

    private DateTimeOffset? Last(CronExpression cron, DateTimeOffset now) => cron.GetPreviousOccurrence(now, _zone, inclusive: true);

    private static CronExpression Parse(string? value, string setting)
    {
        try
        {
            value ??= "";
            var fields = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            return CronExpression.Parse(value, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (Exception e) when (e is CronFormatException or MissingSeedException)
        {
            throw ScalingException.Invalid($"{setting} must be a cron expression of five or six fields, but is '{value}' ({e.Message}).");
        }
    }
}
