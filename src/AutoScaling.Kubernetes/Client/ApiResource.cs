namespace AutoScaling.Kubernetes.Client;

/// <summary>A kind of thing that the API server keeps, by the names in its address.</summary>
internal sealed record ApiResource(string Group, string Version, string Plural)
{
    /// <summary>The kind's name in objects; <see langword="null"/> if only the API server knows it.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether its lists show what is needed to scale, the wanted replicas and the selector, in the usual places.</summary>
    public bool IsListed { get; init; }

    /// <summary>As objects write it: <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Where the API server keeps its group and version.</summary>
    public string Root => Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";

    /// <summary>What one of them is called in a sentence.</summary>
    public string Noun => Kind?.ToLowerInvariant() ?? $"{Plural} object";

    public bool IsSameAs(ApiResource other) => (Group, Version, Plural) == (other.Group, other.Version, other.Plural);
}
