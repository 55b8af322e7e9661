using System.Collections.Immutable;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>What a clause means in the cluster.</summary>
/// <param name="Names">The targets' names, in order.</param>
/// <param name="Trouble">Why they are not known; <see langword="null"/> if they are.</param>
internal sealed record ResourceTargets(ImmutableArray<string> Names, string? Trouble)
{
    public bool IsSameAs(ResourceTargets other) =>
        string.Equals(Trouble, other.Trouble, StringComparison.Ordinal) && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    /// <summary>Finds the targets.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="clause">What is said of them.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ResourceTargets> FindAsync(
        KubernetesCluster cluster, TargetClause clause, string space, CancellationToken cancellationToken)
    {
        try
        {
            var kind = clause.Known ?? await CustomAsync(cluster, clause, cancellationToken).ConfigureAwait(false);
            return new(await NamesAsync(cluster, clause, kind, space, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ApiException e)
        {
            return new([], $"The targets of the kind {clause.Kind} are not known: {e.Message}.");
        }
    }

    private static async Task<ImmutableArray<string>> NamesAsync(
        KubernetesCluster cluster, TargetClause clause, ApiResource kind, string space, CancellationToken cancellationToken)
    {
        if (clause.Name is { } one) return [new KubernetesTarget(space, kind, one).FullName];
        var call = new ApiCall("list", kind, space) { Query = $"labelSelector={Uri.EscapeDataString(clause.Selector!)}" };
        var list = await cluster.Api.ListAsync(call, ResourcesJson.Default.ApiListNamedItemNamedItem, null, cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. list.Items.Select(item => item.Metadata!.Name!).Order(StringComparer.Ordinal)
                .Select(name => new KubernetesTarget(space, kind, name).FullName),
        ];
    }

    private static ValueTask<ApiResource> CustomAsync(KubernetesCluster cluster, TargetClause clause, CancellationToken cancellationToken)
    {
        var slash = clause.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        var (group, version) = slash < 0 ? ("", clause.ApiVersion) : (clause.ApiVersion[..slash], clause.ApiVersion[(slash + 1)..]);
        return cluster.Kinds.FindPluralAsync(group, version, clause.Kind, cancellationToken);
    }
}
