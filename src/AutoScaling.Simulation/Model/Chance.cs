namespace AutoScaling.Simulation.Model;

/// <summary>Numbers that look like chance and follow from a seed and a position alone.</summary>
/// <remarks>Sources: SplitMix64's output function (Steele, Lea, Flood 2014); Box and Muller 1958.</remarks>
internal static class Chance
{
    /// <summary>A number more than 0 and at most 1.</summary>
    public static double Uniform(ulong seed, ulong position) =>
        ((Mix(Mix(seed) + (position * 0x9E3779B97F4A7C15)) >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>A number of the standard normal distribution.</summary>
    public static double Normal(ulong seed, ulong position) =>
        Math.Sqrt(-2 * Math.Log(Uniform(seed, 2 * position))) * Math.Cos(2 * Math.PI * Uniform(seed, (2 * position) + 1));

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
