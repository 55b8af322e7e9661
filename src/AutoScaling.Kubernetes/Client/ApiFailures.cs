using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>Puts what went wrong with a request into words.</summary>
internal static class ApiFailures
{
    private const int LongestMessage = 300;

    /// <summary>The API server answered, and the answer is no.</summary>
    public static async Task<ApiException> OfAnswerAsync(ApiCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var said = await StatusAsync(response, cancellationToken).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        var retry = RetryAfter(response.Headers);
        return new(Sentence(call, response.StatusCode, said, retry), response.StatusCode)
        {
            RetryAfter = retry,
            IsTransient = status is 429 or >= 500,

            // A proxy that gives up waiting, or loses the connection, does not know what the API server behind it has done.
            // The API server's own 429 and 503 say that the request was not begun.
            IsDoubtful = status >= 500 && !(status == 503 && said.Kind is "Status"),
        };
    }

    /// <summary>There was no answer, or it broke off.</summary>
    public static ApiException OfConnection(Uri server, Exception e)
    {
        var reason = Phrase.Of(e.InnerException ?? e);
        var unsent = e is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
        var address = server.AbsoluteUri.TrimEnd('/');
        var message = unsent
            ? $"the API server {address} cannot be reached ({reason})"
            : $"the answer of the API server {address} broke off ({reason})";
        return new(message, null, e)
        {
            // A certificate that is not trusted will not be trusted later. Other failures of the handshake pass: a load balancer hangs up
            // in the middle of it if it has just lost the API server behind it.
            IsTransient = e.InnerException is not AuthenticationException,
            IsDoubtful = !unsent,
        };
    }

    /// <summary>There was no answer in time.</summary>
    public static ApiException OfTimeout(ApiCall call, TimeSpan timeout) =>
        new($"the API server did not answer within {Phrase.Exact(timeout)} to {call}", null) { IsTransient = true, IsDoubtful = true };

    /// <summary>Nothing was asked, because the user's credentials could not be got.</summary>
    public static ApiException OfCredentials(Exception e)
    {
        var message = e.Message.AsSpan().Trim();
        var end = message.IndexOfAny('\r', '\n');
        var reason = Shortened((end < 0 ? message : message[..end]).ToString());
        return new($"the credentials of the kubeconfig cannot be had ({reason})", null, e) { IsTransient = true };
    }

    /// <summary>How long the answer asks to wait; <see langword="null"/> if it does not.</summary>
    /// <remarks>A proxy may say until when, by its own clock. Its answer then says what time it is by that clock, too.</remarks>
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var wait = headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date - headers.Date);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static string Sentence(ApiCall call, HttpStatusCode status, ApiStatus said, TimeSpan? retry)
    {
        var message = Shortened(said.Message ?? "");
        switch (status)
        {
            case HttpStatusCode.Unauthorized:
                return "the API server does not accept the credentials (401)";
            case HttpStatusCode.Forbidden when User(message) is { } user:
                return $"the user '{user}' may not {call}; add to its {(call.Namespace is null ? "ClusterRole" : "Role")}: {call.Rule}";
            case HttpStatusCode.NotFound when said.Details is { Kind: "namespaces" }:
                return $"there is no namespace '{call.Namespace}' to {call.Verb} {call.RuleResource} in";
            case HttpStatusCode.NotFound when call.Name is not null:
                return $"there is nothing to {call}";
            case HttpStatusCode.NotFound:
                return $"the API server has no {call.Resource.Plural} in {call.Resource.ApiVersion} to {call}";
            default:
                var wait = retry is { } time ? $" and asks to wait {Phrase.Exact(time)}" : "";
                return $"the API server answered {(int)status}{wait} to {call}{(message.Length == 0 ? "" : $": {message}")}";
        }
    }

    /// <summary>
    /// The user whom the API server's access control refuses; <see langword="null"/> if something else does, such as a quota.
    /// </summary>
    private static string? User(string message)
    {
        const string Before = "User \"", After = "\" cannot ";
        var start = message.IndexOf(Before, StringComparison.Ordinal);
        var end = start < 0 ? -1 : message.IndexOf(After, start, StringComparison.Ordinal);
        return end < 0 ? null : message[(start + Before.Length)..end];
    }

    /// <summary>What the body of an answer says. Its kind is "Status" if it is the API server's own, and not a proxy's.</summary>
    private static async Task<ApiStatus> StatusAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            var status = JsonSerializer.Deserialize(text, ClientJson.Default.ApiStatus) ?? new();
            status.Message ??= text;
            return status;
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return new(); // A proxy's page, or nothing that can be read. The status code says enough.
        }
    }

    private static string Shortened(string message)
    {
        message = message.TrimEnd('.', ' ', '\n');
        return message.Length <= LongestMessage ? message : message[..LongestMessage] + "...";
    }
}
