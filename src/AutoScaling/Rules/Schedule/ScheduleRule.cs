using System.Text.Json.Serialization;
using AutoScaling.Primitives;
using Cronos;

namespace AutoScaling;

/// <summary>What a <see cref="ScheduleRule"/> does to the range while it is open.</summary>
[JsonConverter(typeof(WordConverter<ScheduleBound>))]
public enum ScheduleBound
{
    /// <summary>No fewer replicas than its count.</summary>
    Floor,

    /// <summary>No more replicas than its count.</summary>
    Ceiling,

    /// <summary>Just its count.</summary>
    Exact,
}

/// <summary>
/// Narrows the policy's range at set times: from each occurrence of <see cref="Start"/> until the next one of <see cref="End"/>.
/// </summary>
/// <remarks>
/// Occurrences are those of the Cronos library: a time that daylight saving skips happens when the gap ends, one that it repeats happens
/// once, at the first pass
/// (expressions that repeat within the hour happen in both).
/// A bound never leaves the policy's own range; where bounds contradict each other the highest floor wins.
/// </remarks>
public sealed record ScheduleRule : ScalingRule
{
    // Beyond these the library cannot count in every time zone.
    private const int EarliestYear = 1, LatestYear = 9999;

    // The library calls itself for every part of a list: a long one overflows the stack, which ends the process.
    private const int LongestExpression = 200;

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
            if (value is null || !TimeZoneInfo.TryFindSystemTimeZoneById(value, out var zone))
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
        init => field = Bounds.Count.Check(value, nameof(Replicas));
    }

    /// <inheritdoc/>
    public override bool OnlyBounds => true;

    /// <inheritdoc/>
    public override bool FollowsCurrent => false;

    /// <inheritdoc/>
    public override RuleDescription Describe() => new()
    {
        Count = Bound switch
        {
            ScheduleBound.Floor => new() { Setting = "floor", Kind = RecommendationKind.Floor, Replicas = Replicas },
            ScheduleBound.Ceiling => new() { Setting = "ceiling", Kind = RecommendationKind.Ceiling, Replicas = Replicas },
            _ => new() { Setting = "exact", Kind = RecommendationKind.Exact, Replicas = Replicas },
        },
        Times = new() { Start = Start, End = End },
    };

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        var now = context.Now;
        if (now.UtcDateTime.Year is <= EarliestYear or >= LatestYear) return new(RecommendationKind.None, RecommendationReason.ScheduleClosed);
        if (!IsOpen(now)) return new(RecommendationKind.None, RecommendationReason.ScheduleClosed) { Until = _start.GetNextOccurrence(now, _zone) };

        var kind = Bound switch
        {
            ScheduleBound.Floor => RecommendationKind.Floor,
            ScheduleBound.Ceiling => RecommendationKind.Ceiling,
            _ => RecommendationKind.Exact,
        };
        return new(kind, RecommendationReason.ScheduleOpen, Replicas) { Until = _end.GetNextOccurrence(now, _zone) };
    }

    /// <summary>The parsed expressions say nothing that <see cref="Start"/>, <see cref="End"/> and <see cref="TimeZone"/> do not.</summary>
    /// <param name="other">The rule to compare with.</param>
    public bool Equals(ScheduleRule? other) => other is not null
        && (Name, Start, End, TimeZone, Bound, Replicas) == (other.Name, other.Start, other.End, other.TimeZone, other.Bound, other.Replicas);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Start, End, TimeZone, Bound, Replicas);

    private bool IsOpen(DateTimeOffset now)
    {
        if (Last(_start, now) is not { } opened) return false;
        var closed = Last(_end, now);
        if (closed != opened) return !(closed > opened);

        // Both at one instant. Where daylight saving skips two times they happen together, and the later one on the clock counts. Looking
        // back, Cronos names
        // the last second before the gap for both.
        var clock = DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(opened.AddSeconds(1), _zone).DateTime, DateTimeKind.Utc);
        return _start.GetPreviousOccurrence(clock, inclusive: true) > _end.GetPreviousOccurrence(clock, inclusive: true);
    }

    private DateTimeOffset? Last(CronExpression cron, DateTimeOffset now) => cron.GetPreviousOccurrence(now, _zone, inclusive: true);

    private static CronExpression Parse(string? value, string setting)
    {
        value ??= "";
        if (value.Length > LongestExpression)
        {
            throw ScalingException.Invalid(
                $"{setting} must be a cron expression of at most {LongestExpression} characters, but has {Phrase.Exact(value.Length)}.");
        }

        try
        {
            var fields = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            var cron = CronExpression.Parse(value, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return cron.GetNextOccurrence(DateTime.UnixEpoch) is null ? throw Invalid("it names no time that ever comes") : cron;
        }
        catch (Exception e) when (e is CronFormatException or MissingSeedException)
        {
            throw Invalid(e.Message.Replace("character '\0'", "end", StringComparison.Ordinal));
        }

        ScalingException Invalid(string why) => ScalingException.Invalid($"{setting} must be a cron expression of five or six fields, but is '{value}' ({why}).");
    }
}
