using System.Net;
using System.Text.Json.Serialization.Metadata;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>Reads and writes the objects of one kind in one namespace. A write replaces the version that was seen, and no other.</summary>
/// <typeparam name="T">The object.</typeparam>
/// <typeparam name="TWritten">What is read of the answer to a write.</typeparam>
/// <param name="api">Sends the requests.</param>
/// <param name="resource">The kind.</param>
/// <param name="space">The namespace.</param>
/// <param name="type">How an object is read and sent.</param>
/// <param name="written">How the answer to a write is read.</param>
internal sealed class ObjectClient<T, TWritten>(
    ApiClient api, ApiResource resource, string space, JsonTypeInfo<T> type, JsonTypeInfo<TWritten> written)
    where T : KeptObject
    where TWritten : KeptObject
{
    /// <summary>The longest that a request may take; <see langword="null"/> if only the client's own limit counts.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For how long a request is tried again; <see langword="null"/> if as long as the client's others.</summary>
    public TimeSpan? RetryTime { get; init; }

    public string Namespace => space;

    /// <summary>An object as it is; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<T?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await api.ReadAsync(Call("get", name), type, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes an object in place of the version that was seen.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seen">What that version said of itself; <see langword="null"/> if there was no object.</param>
    /// <param name="content">What the object is to hold.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>What was written; <see langword="null"/> if somebody else has written or deleted the object since.</returns>
    /// <exception cref="ApiException">It is not known whether it was written, or it may not be.</exception>
    public async Task<TWritten?> WriteAsync(string name, KeptMetadata? seen, T content, CancellationToken cancellationToken)
    {
        (content.ApiVersion, content.Kind) = (resource.ApiVersion, resource.Kind);
        content.Metadata = seen ?? new() { Name = name, Namespace = space };
        try
        {
            var call = seen is null ? Call("create", null) : Call("update", name);
            return await api.SendAsync(call, content, type, written, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.Conflict || (e.Status == HttpStatusCode.NotFound && seen is not null))
        {
            return null;
        }
    }

    private ApiCall Call(string verb, string? name) => new(verb, resource, space, name) { Timeout = Timeout, RetryTime = RetryTime };
}
