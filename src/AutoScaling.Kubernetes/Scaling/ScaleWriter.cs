using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Targets;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Scaling;

/// <summary>Reads and writes the scale subresource. It never writes over what it has not seen.</summary>
internal sealed class ScaleWriter(ApiClient api)
{
    /// <summary>Why a count is not written of a target that is another one now, as the end of a sentence.</summary>
    public const string MadeAnew = "it was deleted and created again meanwhile";

    // More than one, because every write of the target's status changes its version, and there may be several of these in a second.
    private const int MostTries = 4;

    /// <summary>A target as of now; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<Workload?> ReadAsync(KubernetesTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var (call, type) = (Call("get", target), ScalingJson.Default.ScaleDocument);
            return (await api.ReadAsync(call, type, cancellationToken).ConfigureAwait(false)).ToWorkload();
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
    public async Task<ScaleOutcome> WriteAsync(
        KubernetesTarget target, Workload seen, int to, Action<Workload> apply, CancellationToken cancellationToken)
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

                // Somebody has written to the target, perhaps only its status. The decision still holds if the count is as it was.
                if (await ReadAsync(target, cancellationToken).ConfigureAwait(false) is not { } found) return Gone(target);
                apply(found);
                if (!string.Equals(found.Uid, seen.Uid, StringComparison.Ordinal))
                    return ScaleOutcome.Rejected(MadeAnew);
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
    public static string Moved(int found, int expected) => $"it has {Phrase.Replicas(found)}, not {expected}";

    private static ScaleOutcome Gone(KubernetesTarget target) => ScaleOutcome.Rejected($"there is no {target}");

    private async Task<Workload> PutAsync(KubernetesTarget target, Workload seen, int to, CancellationToken cancellationToken)
    {
        var (call, scale, type) = (Call("update", target), ScaleDocument.For(seen, to), ScalingJson.Default.ScaleDocument);
        var answer = await api.SendAsync(call, scale, type, type, cancellationToken).ConfigureAwait(false);
        return answer.ToWorkload();
    }

    private static ApiCall Call(string verb, KubernetesTarget target) => new(verb, target.Resource, target.Namespace, target.Name, "scale");
}
