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
