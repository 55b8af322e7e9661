using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>The checks that rules make of their settings, with one grammar.</summary>
internal static class RuleCheck
{
    public static double Positive(double value, string setting) => double.IsFinite(value) && value > 0
        ? value
        : throw ScalingException.Invalid($"{setting} must be more than 0, but is {Phrase.Exact(value)}.");

    public static int NotNegative(int value, string setting) => value >= 0
        ? value
        : throw ScalingException.Invalid($"{setting} must be at least 0, but is {value}.");

    public static TimeSpan NotNegative(TimeSpan value, string setting) => value >= TimeSpan.Zero
        ? value
        : throw ScalingException.Invalid($"{setting} must be at least 0, but is {Phrase.Exact(value)}.");

    public static TimeSpan Positive(TimeSpan value, string setting) => value > TimeSpan.Zero
        ? value
        : throw ScalingException.Invalid($"{setting} must be more than 0, but is {Phrase.Exact(value)}.");
}
