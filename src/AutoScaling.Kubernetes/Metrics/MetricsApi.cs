using System.Net;

namespace AutoScaling.Kubernetes;

/// <summary>Says what to do about an API of metrics that does not answer: it is no part of Kubernetes, but installed beside it.</summary>
internal static class MetricsApi
{
    /// <summary>The failure of a request, with what is to be installed or looked at.</summary>
    public static ApiException Explain(ApiException failure, ApiCall call, string server)
    {
        var message = failure.Status switch
        {
            HttpStatusCode.NotFound => $"the cluster has no {call.Resource.ApiVersion} to {call}; install {server}",
            HttpStatusCode.ServiceUnavailable => $"{failure.Message}; see whether {server} runs, and whether the APIService of {call.Resource.Group} is available",
            _ => failure.Message,
        };
        return new(message, failure.Status, failure) { RetryAfter = failure.RetryAfter, IsTransient = failure.IsTransient };
    }
}
