using System.Net;

namespace AutoScaling.Kubernetes;

/// <summary>Reads and writes the scale subresource, and never writes over what it has not seen.</summary>
internal sealed class ScaleWriter(ApiClient api)
{
    // A status that is written several times a second changes the version as often.
    private const int MostTries = 4;

    /// <summary>A target as of now; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<Workload?> ReadAsync(KubernetesTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return Workload.Of(await api.ReadAsync(Call("get", target), ApiJson.Default.ScaleDocument, cancellationToken).ConfigureAwait(false));
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a count.</summary>
    /// <param name="target">Of which target.</param>
    /// <param name="seen">What the decision was made from.</param>
    /// <param name="to">The count.</param>
    /// <param name="apply">Is told of everything that is newer than what was seen.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ApiException">It is not known whether the count was written.</exception>
    public async Task<ScaleOutcome> WriteAsync(KubernetesTarget target, Workload seen, int to, Action<Workload> apply, CancellationToken cancellationToken)
    {
        var doubtful = false;
        try
        {
            var current = seen;
            for (var tries = 1; tries <= MostTries; tries++)
            {
                try
                {
                    apply(await PutAsync(target, current, to, cancellationToken).ConfigureAwait(false));
                    return ScaleOutcome.Applied;
                }
                catch (ApiException e) when (e.Status == HttpStatusCode.Conflict)
                {
                    doubtful = e.WasDoubtful;
                }

                // Something has changed, perhaps only the status; what counts is whether it is still the count that the decision was made for.
                if (await ReadAsync(target, cancellationToken).ConfigureAwait(false) is not { } found) return Gone(target);
                apply(found);
                if (!string.Equals(found.Uid, seen.Uid, StringComparison.Ordinal)) return ScaleOutcome.Rejected("it was deleted and created again meanwhile");
                if (found.Desired == to && doubtful) return ScaleOutcome.Applied;
                if (found.Desired != seen.Desired) return ScaleOutcome.Rejected(Moved(found.Desired, seen.Desired));
                current = found;
            }

            return ScaleOutcome.Rejected("it changes all the time");
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return Gone(target);
        }
        catch (ApiException e) when (!e.IsDoubtful && !e.WasDoubtful && !doubtful)
        {
            return ScaleOutcome.Failed(e.Message);
        }
    }

    /// <summary>Why a count is not written, as the end of a sentence.</summary>
    public static string Moved(int found, int expected) => $"it has {found} {(found == 1 ? "replica" : "replicas")}, not {expected}";

    private static ScaleOutcome Gone(KubernetesTarget target) => ScaleOutcome.Rejected($"there is no {target}");

    private async Task<Workload> PutAsync(KubernetesTarget target, Workload seen, int to, CancellationToken cancellationToken)
    {
        var types = ApiJson.Default;
        var answer = await api.SendAsync(Call("update", target), ScaleDocument.For(seen, to), types.ScaleDocument, types.ScaleDocument, cancellationToken).ConfigureAwait(false);
        return Workload.Of(answer);
    }

    private static ApiCall Call(string verb, KubernetesTarget target) => new(verb, target.Resource, target.Namespace, target.Name, "scale");
}
