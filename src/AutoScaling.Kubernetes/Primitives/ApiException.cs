using System.Net;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>The API server did not do what it was asked; the message is the end of a sentence.</summary>
internal sealed class ApiException(string message, HttpStatusCode? status, Exception? innerException = null)
    : ScalingException(ScalingErrorKind.ScalingFailed, message, innerException)
{
    /// <summary>The status code of its answer; <see langword="null"/> if there was no answer, or no whole one.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>How long the API server asks not to be asked again; <see langword="null"/> if it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may well succeed a moment later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether the API server may have done what it was asked although this request failed.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Whether the API server may have done it at an earlier try of the same request, of which the answer was lost.</summary>
    public bool WasDoubtful { get; set; }
}
