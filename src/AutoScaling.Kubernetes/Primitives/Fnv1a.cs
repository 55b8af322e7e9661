using System.Numerics;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>A hash of short texts that is the same in every process and version.</summary>
/// <remarks>
/// Source: FNV-1a by Glenn Fowler, Landon Curt Noll and Kiem-Phong Vo; here over bytes or characters, as the text has them.
/// </remarks>
internal static class Fnv1a
{
    public static uint Of<T>(ReadOnlySpan<T> text)
        where T : struct, IBinaryInteger<T>
    {
        var hash = 2166136261;
        foreach (var symbol in text) hash = unchecked((hash ^ uint.CreateTruncating(symbol)) * 16777619);
        return hash;
    }
}
