namespace AutoScaling.Kubernetes.Client;

/// <summary>A page of a list, of which only what is kept of each thing stays in memory while it arrives.</summary>
/// <typeparam name="TItem">What is listed.</typeparam>
/// <typeparam name="T">What is kept of it.</typeparam>
internal sealed class ApiList<TItem, T>
    where TItem : class
    where T : class, IKept<TItem, T>
{
    public string? Kind { get; set; }

    public ListMetadata? Metadata { get; set; }

    public KeptItems<TItem, T>? Items { get; set; }
}

/// <summary>What a page says of the whole list.</summary>
internal sealed class ListMetadata
{
    public string? ResourceVersion { get; set; }

    /// <summary>Asks for the next page; <see langword="null"/> or empty on the last one.</summary>
    public string? Continue { get; set; }

    /// <summary>How many there are beyond this page; <see langword="null"/> if the API server does not know, or there are none.</summary>
    public long? RemainingItemCount { get; set; }
}
