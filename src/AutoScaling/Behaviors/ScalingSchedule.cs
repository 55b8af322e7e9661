using System.Collections.Immutable;
using AutoScaling.Behaviors;
using AutoScaling.Primitives;
using Cronos;

namespace AutoScaling;

/// <summary>
/// Times as a value: those that repeat, from each occurrence of <see cref="Start"/> until the next one of <see cref="End"/>; or one time,
/// from <see cref="From"/> to <see cref="To"/>; or the times of a schedule rule of the same policy, by its name. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Occurrences are those of the Cronos library: a time that daylight saving skips happens when the gap ends, one that it repeats happens
/// once, at the first pass.
/// </remarks>
public sealed record ScalingSchedule
{
    // Beyond these the library cannot count in every time zone.
    private const int EarliestYear = 1, LatestYear = 9999, MostEdges = 1000;

    private readonly CronExpression? _start;
    private readonly CronExpression? _end;
    private readonly DateTime? _from;
    private readonly DateTime? _to;
    private readonly TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private readonly ValueList<string> _except;
    private readonly ImmutableSortedSet<DateOnly> _days = [];

    /// <summary>When it opens, as a cron expression of five fields, or six with seconds.</summary>
    /// <value>Empty by default: it does not repeat.</value>
    public string Start
    {
        get;
        init
        {
            _start = CronTimes.Parse(value, nameof(Start));
            field = value;
        }
    }
    = "";

    /// <summary>When it closes, as a cron expression of five fields, or six with seconds.</summary>
    /// <value>Empty by default: it does not repeat.</value>
    public string End
    {
        get;
        init
        {
            _end = CronTimes.Parse(value, nameof(End));
            field = value;
        }
    }
    = "";

    /// <summary>
    /// When it opens for once: a date such as <c>2026-12-24</c>, or with a time such as <c>2026-12-24T18:00</c>, on the clocks of the time
    /// zone.
    /// </summary>
    /// <value><see langword="null"/> by default: it repeats.</value>
    public string? From
    {
        get;
        init
        {
            _from = value is null ? null : LocalTime.Parse(value, nameof(From), isEnd: false);
            field = value;
        }
    }

    /// <summary>
    /// When it closes for good, written as <see cref="From"/>; a date without a time is part of it, up to its last moment.
    /// </summary>
    /// <value><see langword="null"/> by default: it repeats.</value>
    public string? To
    {
        get;
        init
        {
            _to = value is null ? null : LocalTime.Parse(value, nameof(To), isEnd: true);
            field = value;
        }
    }

    /// <summary>The time zone of all of it, as an IANA id such as <c>Europe/Berlin</c>.</summary>
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

    /// <summary>
    /// When it is closed nevertheless: dates such as <c>2026-12-25</c>, whole days in the time zone; or names of schedule rules of the
    /// policy, while they are open.
    /// </summary>
    /// <remarks>
    /// Of another schedule its own times and dates count. The names in its own <c>Except</c> do not: two schedules may name each other.
    /// </remarks>
    /// <value>Empty by default.</value>
    public ImmutableArray<string> Except
    {
        get => _except;
        init
        {
            _except = value;
            _days = [.. _except.Items.Select(entry =>
                LocalTime.TryParseDate(entry, out var day) ? day : (DateOnly?)null).OfType<DateOnly>()];
            ExceptRules = [.. _except.Items.Where(entry => !LocalTime.TryParseDate(entry, out _))];
        }
    }

    /// <summary>The name of a schedule rule of the policy whose times these are, what it is excepted from included.</summary>
    /// <value>
    /// <see langword="null"/> by default: it has times of its own. A name stands alone: a policy that sets anything beside it, <see
    /// cref="Except"/> included, is refused when it is loaded, and the engine would look at the name only.
    /// </value>
    public string? Rule { get; init; }

    /// <summary>The entries of <see cref="Except"/> that are names.</summary>
    internal ImmutableArray<string> ExceptRules { get; private init; } = [];

    /// <summary>Whether it ends before it begins, so that it is never open.</summary>
    internal bool IsEmpty => _from is { } from && _to is { } to && from >= to;

    /// <summary>Whether it is open, as far as its own times say.</summary>
    internal bool IsOpen(DateTimeOffset now) => IsCountable(now) && IsWithin(now) && !_days.Contains(LocalTime.DayOf(_zone, now));

    /// <summary>When that may be different; <see langword="null"/> for never.</summary>
    internal DateTimeOffset? Next(DateTimeOffset now)
    {
        if (!IsCountable(now)) return null;
        if (_days.IsEmpty) return NextOfTimes(now);
        var wasOpen = IsOpen(now);
        var at = now;
        for (var i = 0; i < MostEdges; i++)
        {
            if (Earlier(NextOfTimes(at), NextOfDays(at)) is not { } next || !IsCountable(next)) return null;
            at = next;
            if (IsOpen(at) != wasOpen) return at;
        }

        return at;
    }

    /// <summary>Compares the texts: what was parsed of them is the same if they are.</summary>
    /// <param name="other">The schedule to compare with.</param>
    public bool Equals(ScalingSchedule? other) => other is not null
        && (Start, End, From, To, TimeZone, Rule) == (other.Start, other.End, other.From, other.To, other.TimeZone, other.Rule)
        && _except.Equals(other._except);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Start, End, From, To, TimeZone, Rule, _except);

    private static bool IsCountable(DateTimeOffset now) => now.UtcDateTime.Year is > EarliestYear and < LatestYear;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private bool IsOnce => _from is not null || _to is not null;

    private bool IsWithin(DateTimeOffset now) => IsOnce
        ? !(_from is { } from && now < LocalTime.In(_zone, from)) && !(_to is { } to && now >= LocalTime.In(_zone, to))
        : CronTimes.IsOpen(_start, _end, _zone, now);

    private DateTimeOffset? NextOfTimes(DateTimeOffset now)
    {
        if (!IsOnce) return (IsWithin(now) ? _end : _start)?.GetNextOccurrence(now, _zone);
        if (_from is { } from && LocalTime.In(_zone, from) is var opens && now < opens) return opens;
        return _to is { } to && LocalTime.In(_zone, to) is var closes && now < closes ? closes : null;
    }

    /// <summary>The next midnight at which one of the days of <see cref="Except"/> begins or ends.</summary>
    private DateTimeOffset? NextOfDays(DateTimeOffset now)
    {
        var today = LocalTime.DayOf(_zone, now);
        if (_days.Contains(today)) return LocalTime.In(_zone, today.AddDays(1).ToDateTime(TimeOnly.MinValue));
        foreach (var day in _days)
        {
            if (day > today) return LocalTime.In(_zone, day.ToDateTime(TimeOnly.MinValue));
        }

        return null;
    }
}
