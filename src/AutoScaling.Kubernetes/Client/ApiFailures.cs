using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;

namespace AutoScaling.Kubernetes;

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

            // A proxy that gives up waiting, or loses the connection, does not know what became of the request behind it; the API server's own 429 and 503 say that it was not begun.
            IsDoubtful = status >= 500 && !(status == 503 && said.Kind is "Status"),
        };
    }

    /// <summary>There was no answer, or it broke off.</summary>
    public static ApiException OfConnection(Uri server, Exception e)
    {
        var reason = (e.InnerException ?? e).Message.TrimEnd('.');
        var unsent = e is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
        return new(unsent ? $"the API server {Address(server)} cannot be reached ({reason})" : $"the answer of the API server {Address(server)} broke off ({reason})", null, e)
        {
            // A certificate that is not trusted stays so; a balancer that has just lost the API server behind it hangs up in the middle of the handshake.
            IsTransient = e.InnerException is not AuthenticationException,
            IsDoubtful = !unsent,
        };
    }

    /// <summary>There was no answer in time.</summary>
    public static ApiException OfTimeout(ApiCall call, TimeSpan timeout) =>
        new(FormattableString.Invariant($"the API server did not answer within {timeout.TotalSeconds} s to {call}"), null) { IsTransient = true, IsDoubtful = true };

    /// <summary>Nothing was asked, since it is not known as whom.</summary>
    public static ApiException OfCredentials(Exception e)
    {
        var message = e.Message.AsSpan().Trim();
        var end = message.IndexOfAny('\r', '\n');
        var reason = Shortened((end < 0 ? message : message[..end]).ToString());
        return new($"the credentials of the kubeconfig cannot be had ({reason})", null, e) { IsTransient = true };
    }

    /// <summary>How long to wait. A proxy may say until when, by its own clock, of which it tells the time beside it.</summary>
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var wait = headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date - headers.Date);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static string Address(Uri server) => server.AbsoluteUri.TrimEnd('/');

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
                var wait = retry is { } time ? FormattableString.Invariant($" and asks to wait {time.TotalSeconds} s") : "";
                return $"the API server answered {(int)status}{wait} to {call}{(message.Length == 0 ? "" : $": {message}")}";
        }
    }

    /// <summary>The user whom the access control refuses; <see langword="null"/> if something else refuses.</summary>
    private static string? User(string message)
    {
        const string Before = "User \"", After = "\" cannot ";
        var start = message.IndexOf(Before, StringComparison.Ordinal);
        var end = start < 0 ? -1 : message.IndexOf(After, start, StringComparison.Ordinal);
        return end < 0 ? null : message[(start + Before.Length)..end];
    }

    /// <summary>What an answer says; its kind tells whether the API server itself says it.</summary>
    private static async Task<ApiStatus> StatusAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            var status = JsonSerializer.Deserialize(text, ApiJson.Default.ApiStatus) ?? new();
            status.Message ??= text;
            return status;
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return new(); // A proxy's page, or less; the status code says enough.
        }
    }

    private static string Shortened(string message)
    {
        message = message.TrimEnd('.', ' ', '\n');
        return message.Length <= LongestMessage ? message : message[..LongestMessage] + "...";
    }
}
