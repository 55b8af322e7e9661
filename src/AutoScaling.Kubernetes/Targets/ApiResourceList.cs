namespace AutoScaling.Kubernetes.Targets;

/// <summary>The kinds of a group and version.</summary>
internal sealed class ApiResourceList
{
    public List<ApiResourceItem>? Resources { get; set; }
}

/// <summary>One kind, or one part of it such as its scale.</summary>
internal sealed class ApiResourceItem
{
    /// <summary>As addresses write it: <c>widgets</c>, <c>widgets/scale</c>.</summary>
    public string? Name { get; set; }

    /// <summary>As objects write it: <c>Widget</c>.</summary>
    public string? Kind { get; set; }
}
