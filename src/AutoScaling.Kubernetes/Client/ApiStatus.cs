namespace AutoScaling.Kubernetes.Client;

/// <summary>Why a request failed.</summary>
internal sealed class ApiStatus
{
    public string? Kind { get; set; }

    public string? Message { get; set; }

    public ApiStatusDetails? Details { get; set; }
}

/// <summary>What an answer is about.</summary>
internal sealed class ApiStatusDetails
{
    /// <summary>Of a 404, the kind of thing that is not there, which may be another than what was asked for.</summary>
    public string? Kind { get; set; }
}
