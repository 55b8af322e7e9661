using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Leading;

/// <summary>Reads and writes one Lease.</summary>
/// <remarks>
/// It has a client of its own, so that a renewal waits neither for a connection nor for its turn behind a thousand scalings.
/// </remarks>
internal sealed class LeaseClient(ApiClient api, string space, string name) : IDisposable
{
    private static readonly ApiResource Leases = new("coordination.k8s.io", "v1", "leases") { Kind = "Lease" };

    public string Namespace => space;

    public string Name => name;

    /// <summary>The Lease as it is; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<LeaseDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await api.ReadAsync(Call("get", name), LeadingJson.Default.LeaseDocument, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes over what was seen, and over nothing else.</summary>
    /// <param name="seen">What was seen; <see langword="null"/> if there was none.</param>
    /// <param name="spec">What it is to say.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>What was written; <see langword="null"/> if somebody else was faster.</returns>
    /// <exception cref="ApiException">It is not known whether it was written, or it may not be.</exception>
    public async Task<LeaseDocument?> WriteAsync(LeaseDocument? seen, LeaseSpec spec, CancellationToken cancellationToken)
    {
        var lease = new LeaseDocument { Metadata = seen?.Metadata ?? new() { Name = name, Namespace = space }, Spec = spec };
        var (call, type) = (seen is null ? Call("create", null) : Call("update", name), LeadingJson.Default.LeaseDocument);
        try
        {
            return await api.SendAsync(call, lease, type, type, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.Conflict || (e.Status == HttpStatusCode.NotFound && seen is not null))
        {
            return null;
        }
    }

    public void Dispose() => api.Dispose();

    private ApiCall Call(string verb, string? lease) => new(verb, Leases, space, lease);
}
