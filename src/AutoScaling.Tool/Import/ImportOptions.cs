namespace AutoScaling.Tool.Import;

/// <summary>How resources become policies.</summary>
internal sealed record ImportOptions
{
    /// <summary>The namespace of resources that name none; <see langword="null"/>: the one that the worker is in.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether policies decide as the HPA and KEDA also where these scale down on what cannot be trusted.</summary>
    public bool IsExact { get; init; }
}
