namespace AutoScaling.Kubernetes.Metrics;

/// <summary>The versions of a group.</summary>
internal sealed class ApiGroup
{
    public List<ApiGroupVersion>? Versions { get; set; }

    public ApiGroupVersion? PreferredVersion { get; set; }
}

/// <summary>One version of a group.</summary>
internal sealed class ApiGroupVersion
{
    public string? Version { get; set; }
}
