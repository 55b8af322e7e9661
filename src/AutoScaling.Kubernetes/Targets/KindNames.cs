using System.Collections.Concurrent;
using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Targets;

/// <summary>
/// What custom kinds are called in objects. Only the API server knows it, so it is asked once for each kind. Thread-safe.
/// </summary>
internal sealed class KindNames(ApiClient api)
{
    private readonly ConcurrentDictionary<ApiResource, string> _known = new();

    /// <exception cref="ApiException">The API server has no such kind, or does not answer.</exception>
    public async ValueTask<string> FindAsync(ApiResource resource, CancellationToken cancellationToken)
    {
        if (resource.Kind is { } builtIn) return builtIn;
        if (_known.TryGetValue(resource, out var known)) return known;
        var kinds = await ReadAsync(resource, cancellationToken).ConfigureAwait(false);
        var scale = resource.Plural + "/scale";
        var kind = kinds.Find(k => string.Equals(k.Name, resource.Plural, StringComparison.Ordinal))?.Kind ?? throw Unknown(resource);
        if (!kinds.Exists(k => string.Equals(k.Name, scale, StringComparison.Ordinal)))
        {
            throw new ApiException(
                $"{resource.Plural} in {resource.ApiVersion} cannot be scaled: they have no scale subresource, " +
                "which custom kinds get by their CustomResourceDefinition",
                null);
        }

        return _known[resource] = kind;
    }

    /// <summary>The kind with its name in addresses.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="version">Its version.</param>
    /// <param name="kind">What it is called in objects: <c>Widget</c>.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <exception cref="ApiException">The API server has no such kind, or does not answer.</exception>
    public async ValueTask<ApiResource> FindPluralAsync(string group, string version, string kind, CancellationToken cancellationToken)
    {
        foreach (var (known, name) in _known)
        {
            if ((known.Group, known.Version) == (group, version) && string.Equals(name, kind, StringComparison.Ordinal)) return known;
        }

        // Of several that are objects of the kind the one without a subresource is the kind itself.
        var kinds = await ReadAsync(new(group, version, $"objects of the kind {kind}"), cancellationToken).ConfigureAwait(false);
        var found = kinds.Find(k => string.Equals(k.Kind, kind, StringComparison.Ordinal) && k.Name?.Contains('/') == false);
        var resource = new ApiResource(group, version, found?.Name ?? throw Unknown(new(group, version, $"objects of the kind {kind}")));
        await FindAsync(resource, cancellationToken).ConfigureAwait(false);
        return resource;
    }

    private async Task<List<ApiResourceItem>> ReadAsync(ApiResource resource, CancellationToken cancellationToken)
    {
        try
        {
            var call = new ApiCall("get", resource, null) { IsDiscovery = true };
            var list = await api.ReadAsync(call, TargetsJson.Default.ApiResourceList, cancellationToken).ConfigureAwait(false);
            return list.Resources ?? [];
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            throw Unknown(resource);
        }
    }

    private static ApiException Unknown(ApiResource resource) =>
        new($"the API server has no {resource.Plural} in {resource.ApiVersion}", HttpStatusCode.NotFound);
}
