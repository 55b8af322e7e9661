using System.Numerics;

namespace AutoScaling.Primitives;

/// <summary>
/// What a number or a duration may be: from a least to a most value, each optional. It says its rule in the one grammar that all settings
/// have, and checks values by it.
/// </summary>
/// <typeparam name="T">The value's type.</typeparam>
internal sealed class Bounds<T> where T : struct, IComparable<T>
{
    public Bounds(T? least = null, T? most = null, bool above = false, bool below = false) =>
        (Least, Most, IsAbove, IsBelow, Rule) = (least, most, above, below, Words(least, most, above, below));

    /// <summary>The least value that is allowed, or that values must be more than; <see langword="null"/> if there is none.</summary>
    public T? Least { get; }

    /// <summary>The most that is allowed, or that values must be less than; <see langword="null"/> if there is none.</summary>
    public T? Most { get; }

    /// <summary>Whether values must be more than <see cref="Least"/>, and not only as much.</summary>
    public bool IsAbove { get; }

    /// <summary>Whether values must be less than <see cref="Most"/>, and not only as much.</summary>
    public bool IsBelow { get; }

    /// <summary>The rule after "must be": <c>more than 0 and at most 24 hours</c>.</summary>
    public string Rule { get; }

    public bool Allow(T value) =>
        !(value is double number && !double.IsFinite(number))
        && (Least is not { } least || value.CompareTo(least) is var low && (IsAbove ? low > 0 : low >= 0))
        && (Most is not { } most || value.CompareTo(most) is var high && (IsBelow ? high < 0 : high <= 0));

    /// <summary>The value, if it is allowed.</summary>
    /// <exception cref="ScalingException">It is not (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public T Check(T value, string setting) => Allow(value) ? value : throw Bounds.Broken(setting, Rule, value);

    /// <summary>The value, if it is allowed or there is none.</summary>
    /// <exception cref="ScalingException">It is not (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public T? Check(T? value, string setting) => value is { } some ? Check(some, setting) : null;

    private static string Words(T? least, T? most, bool above, bool below)
    {
        var from = least is { } l ? $"{(above ? "more than" : "at least")} {Phrase.Bound(l)}" : null;
        var to = most is { } m ? $"{(below ? "less than" : "at most")} {Phrase.Bound(m)}" : null;
        if (from is not null && to is not null && !above && !below)
            return $"between {Phrase.Bound(least!.Value)} and {Phrase.Bound(most!.Value)}";
        return from is not null && to is not null ? $"{from} and {to}" : from ?? to ?? "a finite number";
    }
}

/// <summary>The bounds that settings have.</summary>
internal static class Bounds
{
    public static Bounds<double> Finite { get; } = new();

    public static Bounds<double> Positive { get; } = new(0, above: true);

    public static Bounds<double> NotNegative { get; } = new(0);

    /// <summary>From 0 to 1.</summary>
    public static Bounds<double> Share { get; } = new(0, 1);

    public static Bounds<int> Count { get; } = AtLeast(0);

    public static Bounds<int> AtLeastOne { get; } = AtLeast(1);

    public static Bounds<TimeSpan> PositiveTime { get; } = new(TimeSpan.Zero, above: true);

    public static Bounds<TimeSpan> Time { get; } = new(TimeSpan.Zero);

    /// <summary>From 0, which switches something off, to a day.</summary>
    public static Bounds<TimeSpan> UpToADay { get; } = new(TimeSpan.Zero, TimeSpan.FromHours(24));

    /// <summary>More than 0, and at most a day.</summary>
    public static Bounds<TimeSpan> WithinADay { get; } = new(TimeSpan.Zero, TimeSpan.FromHours(24), above: true);

    /// <summary>How often something is done by itself: never without a pause.</summary>
    public static Bounds<TimeSpan> Interval { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(24));

    /// <summary>More than 0, and at most an hour.</summary>
    public static Bounds<TimeSpan> WithinAnHour { get; } = new(TimeSpan.Zero, TimeSpan.FromHours(1), above: true);

    /// <summary>A setting that breaks its rule: the one grammar of all of them.</summary>
    /// <param name="setting">The setting's name.</param>
    /// <param name="rule">The rule after "must be".</param>
    /// <param name="value">The value, which is quoted if it is text.</param>
    public static ScalingException Broken(string setting, string rule, object? value) =>
        new(ScalingErrorKind.InvalidConfiguration, $"{setting} must be {rule}, but is {Phrase.Exact(value)}.");

    public static Bounds<T> AtLeast<T>(T least) where T : struct, INumber<T> => new(least);
}
