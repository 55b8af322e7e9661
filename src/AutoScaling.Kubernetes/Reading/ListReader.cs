using System.Net;
using System.Text.Json.Serialization.Metadata;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>All things of a kind at one instant.</summary>
/// <typeparam name="T">What is kept of each.</typeparam>
/// <param name="Items">The things.</param>
/// <param name="ResourceVersion">The instant.</param>
internal sealed record Listing<T>(List<T> Items, string ResourceVersion);

/// <summary>Lists all things of a kind, whole or not at all.</summary>
internal static class ListReader
{
    private const int PageSize = 500;

    // The API server drops the later pages of a list after some minutes. A list that could not be read in time at three tries is given up.
    private const int Beginnings = 3;

    // Asks the API server's memory and not its database. That is cheap for it, but may be behind. The answer then comes in one piece,
    // whatever the page size.
    private const string Cached = "resourceVersion=0&";

    // Asks the database.
    private const string Newest = "";

    /// <summary>Reads a list.</summary>
    /// <param name="api">Where from.</param>
    /// <param name="call">What is listed.</param>
    /// <param name="type">How its pages are read.</param>
    /// <param name="notBefore">A version that was seen before: an older list from the API server's memory is not taken.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ApiException">The list cannot be had.</exception>
    public static async Task<Listing<T>> ListAsync<TItem, T>(
        this ApiClient api, ApiCall call, JsonTypeInfo<ApiList<TItem, T>> type, string? notBefore, CancellationToken cancellationToken)
        where TItem : class
        where T : class, IKept<TItem, T>
    {
        for (var beginning = 1; ; beginning++)
        {
            try
            {
                var listing = await PagesAsync(api, call, type, beginning == 1 ? Cached : Newest, cancellationToken).ConfigureAwait(false);
                if (beginning > 1 || notBefore is null || !ResourceVersion.IsOlder(listing.ResourceVersion, notBefore)) return listing;
            }
            catch (ApiException e) when (e.Status == HttpStatusCode.Gone && beginning < Beginnings)
            {
                // The API server has dropped the later pages of this list, so it is read anew from its first page.
            }
        }
    }

    private static async Task<Listing<T>> PagesAsync<TItem, T>(
        ApiClient api, ApiCall call, JsonTypeInfo<ApiList<TItem, T>> type, string version, CancellationToken cancellationToken)
        where TItem : class
        where T : class, IKept<TItem, T>
    {
        var items = new List<T>();
        var more = "";
        var separator = call.Query is null ? "" : "&";
        while (true)
        {
            var query = $"{call.Query}{separator}{(more.Length == 0 ? version : "")}limit={PageSize}{more}";
            var page = await api.ReadAsync(call with { Query = query }, type, cancellationToken).ConfigureAwait(false);
            if (page.Kind?.EndsWith("List", StringComparison.Ordinal) != true || page.Metadata is null)
                throw new ApiException($"the API server's answer to {call} is not a list", null);

            if (page.Items is { HasNone: true })
                throw new ApiException($"the API server's answer to {call} holds an item that is none", null);

            // Aggregated API servers, such as that of metrics, give no version.
            var instant = page.Metadata.ResourceVersion ?? "";
            if (more.Length == 0 && page.Metadata.Continue is not { Length: > 0 }) return new(page.Items?.Kept ?? [], instant);
            items.AddRange(page.Items?.Kept ?? []);
            if (page.Metadata.Continue is not { Length: > 0 } token) return new(items, instant);
            more = $"&continue={Uri.EscapeDataString(token)}";
        }
    }
}
