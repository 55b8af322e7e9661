using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>Reads and writes the ConfigMaps of one namespace.</summary>
internal sealed class ConfigMapClient(ApiClient api, string space)
{
    private static readonly ApiResource ConfigMaps = new("", "v1", "configmaps") { Kind = "ConfigMap" };

    // Much less than the time in which a copy that takes over must have loaded, so that one request that hangs does not use it up.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public string Namespace => space;

    /// <summary>A ConfigMap as it is; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<ConfigMapDocument?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await api.ReadAsync(Call("get", name), SavingJson.Default.ConfigMapDocument, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes over what was seen, and over nothing else.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seen">What it said of itself; <see langword="null"/> if there was none.</param>
    /// <param name="map">What it is to hold.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>What it says of itself now; <see langword="null"/> if somebody else has written or deleted it.</returns>
    /// <exception cref="ApiException">It is not known whether it was written, or it may not be.</exception>
    public async Task<KeptMetadata?> WriteAsync(string name, KeptMetadata? seen, ConfigMapDocument map, CancellationToken cancellationToken)
    {
        map.Metadata = seen ?? new() { Name = name, Namespace = space };
        try
        {
            var call = seen is null ? Call("create", null) : Call("update", name);
            var (sent, answer) = (SavingJson.Default.ConfigMapDocument, SavingJson.Default.WrittenObject);
            return (await api.SendAsync(call, map, sent, answer, cancellationToken).ConfigureAwait(false)).Metadata;
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.Conflict || (e.Status == HttpStatusCode.NotFound && seen is not null))
        {
            return null;
        }
    }

    private ApiCall Call(string verb, string? name) => new(verb, ConfigMaps, space, name) { Timeout = Timeout };
}
