using Microsoft.AspNetCore.Http;

namespace AutoScaling.AspNetCore.Guarding;

/// <summary>
/// Refuses what a page of another site makes a browser send. A browser says where a request comes from, and no page can change that; who
/// sends neither header is no browser, and has no cookies that were not meant.
/// </summary>
internal static class CrossSite
{
    /// <summary>Why a request is refused, as a sentence; <see langword="null"/> if it is not.</summary>
    public static string? Refusal(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is "same-origin"
                ? null
                : $"Sec-Fetch-Site must be 'same-origin' where something is changed, but is '{Short(site)}'.";
        }

        // Browsers leave that header out where the connection is neither secure nor local.
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return null;
        return Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsHost(from, request.Host)
            ? null
            : $"Origin must be the host that is asked ('{Short(request.Host.Value ?? "")}') where something is changed, "
                + $"but is '{Short(origin)}'. Behind a proxy, let it pass on the host, or use forwarded headers.";
    }

    // The scheme may differ behind a proxy that ends TLS.
    private static bool IsHost(Uri from, HostString host) =>
        string.Equals(from.Authority, host.Value, StringComparison.OrdinalIgnoreCase)
        || (string.Equals(from.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && from.IsDefaultPort && host.Port is null or 80 or 443);

    private static string Short(string text) => text.Length <= 100 ? text : text[..100];
}
