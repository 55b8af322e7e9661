using System.Globalization;

namespace AutoScaling.Simulation.Lint;

/// <summary>How findings write figures that they calculated.</summary>
internal static class LintText
{
    /// <summary>Six digits: calculation makes 104.50000000000001 of 95 and a tolerance of 0.1.</summary>
    public static string Of(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A bound that is to be stayed below, rounded down to one digit that is easy to type.</summary>
    public static string Below(double value) =>
        value >= 1 ? (Math.Floor(value * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture) : Of(value);
}
