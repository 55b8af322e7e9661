using System.Net;

namespace AutoScaling.Kubernetes;

/// <summary>Reads and writes one Lease.</summary>
/// <remarks>By a client of its own, since a renewal must wait neither for a connection nor for its turn behind a thousand scalings.</remarks>
internal sealed class LeaseClient(ApiClient api, string space, string name) : IDisposable
{
    public string Namespace => space;

    public string Name => name;

    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<LeaseDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await api.ReadAsync(Call("get", name), ApiJson.Default.LeaseDocument, cancellationToken).ConfigureAwait(false);
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
        var call = seen is null ? Call("create", null) : Call("update", name);
        try
        {
            return await api.SendAsync(call, lease, ApiJson.Default.LeaseDocument, ApiJson.Default.LeaseDocument, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.Conflict || (e.Status == HttpStatusCode.NotFound && seen is not null))
        {
            return null;
        }
    }

    public void Dispose() => api.Dispose();

    private ApiCall Call(string verb, string? lease) => new(verb, ApiResource.Leases, space, lease);
}
