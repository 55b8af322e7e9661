namespace AutoScaling.Kubernetes.Primitives;

/// <summary>
/// Checks names by Kubernetes' rules. They become parts of addresses, so that anything else could lead a request elsewhere.
/// </summary>
/// <remarks>Source: "Object Names and IDs" in the Kubernetes documentation (RFC 1123 labels and subdomains).</remarks>
internal static class KubernetesName
{
    public static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 63 || text[0] == '-' || text[^1] == '-') return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-') return false;
        }

        return true;
    }

    public static bool IsSubdomain(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 253) return false;
        foreach (var part in text.Split('.'))
        {
            if (!IsLabel(text[part])) return false;
        }

        return true;
    }
}
