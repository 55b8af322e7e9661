namespace AutoScaling.Kubernetes.Primitives;

/// <summary>Compares the versions that the API server gives to objects and lists.</summary>
/// <remarks>
/// Source: "Resource versions" in the Kubernetes API concepts: decimal numbers of any length that only grow within a kind (KEP-5504).
/// </remarks>
internal static class ResourceVersion
{
    /// <summary>Whether a version is from before another one.</summary>
    public static bool IsOlder(string version, string than) =>
        version.Length != than.Length ? version.Length < than.Length : string.CompareOrdinal(version, than) < 0;
}
