using AutoScaling.Primitives;

namespace AutoScaling.Rules.Forecast;

/// <summary>The replicas that a load needs.</summary>
internal static class ForecastCount
{
    // Loads are learned and measured. A fifth of a percent more than fits is nobody's shortage, and no reason for another replica.
    private const double Fits = 1 - .002;

    /// <summary>The fewest replicas that serve a load.</summary>
    /// <param name="load">The load, in replicas in full use.</param>
    /// <param name="objective">The share of a replica up to which it serves well.</param>
    public static int Of(double load, double objective) => Count.Ceiling(load / objective * Fits);
}
