using System.Globalization;
using System.Runtime.CompilerServices;

namespace AutoScaling.Simulation;

/// <summary>The rules of settings; a broken one is a sentence that names the setting, the rule and the value.</summary>
internal static class Setting
{
    public static double Positive(double value, [CallerMemberName] string name = "") =>
        value > 0 && double.IsFinite(value) ? value : throw Invalid($"{name} must be a number more than 0, but is {Exact(value)}.");

    public static double NotNegative(double value, [CallerMemberName] string name = "") =>
        value >= 0 && double.IsFinite(value) ? value : throw Invalid($"{name} must be a number of at least 0, but is {Exact(value)}.");

    public static double Share(double value, [CallerMemberName] string name = "") =>
        value is > 0 and <= 1 ? value : throw Invalid($"{name} must be more than 0 and at most 1, but is {Exact(value)}.");

    public static TimeSpan Positive(TimeSpan value, [CallerMemberName] string name = "") =>
        value > TimeSpan.Zero ? value : throw Invalid($"{name} must be more than 0, but is {value}.");

    public static TimeSpan NotNegative(TimeSpan value, [CallerMemberName] string name = "") =>
        value >= TimeSpan.Zero ? value : throw Invalid($"{name} must be at least 0, but is {value}.");

    public static ScalingException Invalid(string message) => new(ScalingErrorKind.InvalidConfiguration, message);

    public static string Exact(double value) => value.ToString(CultureInfo.InvariantCulture);
}
