using AutoScaling.Primitives;

namespace AutoScaling.Simulation;

/// <summary>What a load is where a sample is missing.</summary>
public enum LoadFill
{
    /// <summary>The value before holds.</summary>
    Last,

    /// <summary>There was no load.</summary>
    Zero,

    /// <summary>The load is refused.</summary>
    Fail,
}

/// <summary>How a load is read.</summary>
public sealed record LoadOptions
{
    /// <summary>Which column or series is the load, if there are several: its name, or the value of a label of it.</summary>
    /// <value><see langword="null"/> by default: there is one only.</value>
    public string? Column { get; init; }

    /// <summary>When the first row was, for schedules.</summary>
    /// <value>
    /// <see langword="null"/> by default: when its time says, or Monday 2024-01-01 00:00 UTC if its times are seconds from any time on.
    /// </value>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The IANA name of the zone that times without an offset are in.</summary>
    /// <value><c>UTC</c> by default.</value>
    /// <exception cref="ScalingException">There is no such zone (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public string TimeZone
    {
        get;
        init => (field, Zone) = (value, FindZone(value));
    }
    = "UTC";

    /// <summary>What the load is where a sample is missing, or says that it has no value.</summary>
    /// <value><see cref="LoadFill.Last"/> by default.</value>
    public LoadFill Fill { get; init; }

    internal TimeZoneInfo Zone { get; private init; } = TimeZoneInfo.Utc;

    internal static LoadOptions Default { get; } = new();

    private static TimeZoneInfo FindZone(string name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        ? zone
        : throw Bounds.Broken(nameof(TimeZone), "the name of a time zone, such as Europe/Berlin", name);
}
