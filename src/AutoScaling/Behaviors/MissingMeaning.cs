using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What it means that a source answered without a value. <c>default</c> is <see cref="Hold"/>.</summary>
public readonly record struct MissingMeaning
{
    private MissingMeaning(bool isIgnored, double? value) => (IsIgnored, Value) = (isIgnored, value);

    /// <summary>It is not known: the rule cannot say, and nothing is scaled down.</summary>
    public static MissingMeaning Hold => default;

    /// <summary>The rule has no say, and the others decide. If no rule is left that has one, replicas are held.</summary>
    public static MissingMeaning Ignore { get; } = new(true, null);

    /// <summary>Whether the rule has no say.</summary>
    public bool IsIgnored { get; }

    /// <summary>The value that it stands for; <see langword="null"/> if it stands for none.</summary>
    public double? Value { get; }

    /// <summary>It stands for a value: an empty queue for 0.</summary>
    /// <param name="value">The value, finite.</param>
    /// <exception cref="ScalingException">It is not finite (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static MissingMeaning Of(double value) => new(false, Bounds.Finite.Check(value, "IfMissing"));

    /// <summary>As documents write it: <c>hold</c>, <c>ignore</c> or the value.</summary>
    public override string ToString() => IsIgnored ? "ignore" : Value?.ToString(CultureInfo.InvariantCulture) ?? "hold";
}
