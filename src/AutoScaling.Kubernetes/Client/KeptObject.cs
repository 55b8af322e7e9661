namespace AutoScaling.Kubernetes.Client;

/// <summary>An object that is written back with all that it said of itself when it was read.</summary>
internal abstract class KeptObject
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public KeptMetadata? Metadata { get; set; }
}

/// <summary>The answer to a write, of which only what the API server has added is read.</summary>
internal sealed class WrittenObject : KeptObject;
