using System.Net;

namespace AutoScaling.Kubernetes;

/// <summary>The API server did not do what it was asked; the message is the end of a sentence.</summary>
internal sealed class ApiException(string message, HttpStatusCode? status, Exception? innerException = null) : ScalingException(ScalingErrorKind.ScalingFailed, message, innerException)
{
    /// <summary>What it answered; <see langword="null"/> if nothing, or nothing whole.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>How long it wants to be left alone; <see langword="null"/> if it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may well succeed in a moment.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether it may have done what it was asked all the same.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Whether an earlier try of the same request may have done it.</summary>
    public bool WasDoubtful { get; set; }
}
