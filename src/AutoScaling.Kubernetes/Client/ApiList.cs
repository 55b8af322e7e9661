namespace AutoScaling.Kubernetes.Client;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
internal sealed class ApiList<T>
{
    public string? Kind { get; set; }

    public ListMetadata? Metadata { get; set; }

    public List<T>? Items { get; set; }
}

/// <summary>What a page says of the whole list.</summary>
internal sealed class ListMetadata
{
    public string? ResourceVersion { get; set; }

    /// <summary>Asks for the next page; <see langword="null"/> or empty on the last one.</summary>
    public string? Continue { get; set; }
}
