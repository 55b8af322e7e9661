using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>
/// Says what to do if an API of metrics does not answer. These are no part of Kubernetes: a server for them has to be installed.
/// </summary>
internal static class MetricsApi
{
    /// <summary>The failure of a request, with what is to be installed or looked at.</summary>
    public static ApiException Explain(ApiException failure, ApiCall call, string server)
    {
        var message = failure.Status switch
        {
            HttpStatusCode.NotFound => $"the cluster has no {call.Resource.ApiVersion} to {call}; install {server}",
            HttpStatusCode.ServiceUnavailable =>
                $"{failure.Message}; see whether {server} runs, and whether the APIService of {call.Resource.Group} is available",
            _ => failure.Message,
        };
        return new(message, failure.Status, failure) { RetryAfter = failure.RetryAfter, IsTransient = failure.IsTransient };
    }
}
