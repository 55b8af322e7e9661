using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AutoScaling.Kubernetes;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Metrics;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Tool.Input;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Converting;

/// <summary>Reads autoscalers from a cluster: HorizontalPodAutoscalers, and ScaledObjects if it has KEDA. Changes nothing.</summary>
internal static class ClusterResources
{
    /// <summary>What sentences and findings call the place.</summary>
    public const string Name = "cluster";

    private const string PageSize = "500";

    // The newest first; what is older holds less, or holds it in annotations.
    private static readonly string[] HpaVersions = ["v2", "v2beta2", "v2beta1", "v1"];
    private static readonly string[] KedaVersions = ["v1alpha1"];

    /// <summary>Reads them.</summary>
    /// <param name="options">The cluster, who asks it, and in which namespace; <see langword="null"/> for all of them.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="CommandException">The cluster cannot be asked, or does not let this user read them.</exception>
    public static async Task<ImmutableArray<SourceNode>> ReadAsync(KubernetesOptions options, CancellationToken stop)
    {
        try
        {
            using var api = new ApiClient(options, TimeProvider.System);
            var space = options.Namespace;
            return
            [
                .. await ListAsync(api, "autoscaling", HpaVersions, ("HorizontalPodAutoscaler", "horizontalpodautoscalers"), space, stop),
                .. await ListAsync(api, "keda.sh", KedaVersions, ("ScaledObject", "scaledobjects"), space, stop),
            ];
        }
        catch (ApiException e)
        {
            throw new CommandException($"The cluster cannot be read: {e.Message}.");
        }
    }

    private static async Task<ImmutableArray<SourceNode>> ListAsync(
        ApiClient api, string group, string[] versions, (string Kind, string Plural) kind, string? space, CancellationToken stop)
    {
        if (await VersionAsync(api, group, versions, stop) is not { } version) return [];
        var resource = new ApiResource(group, version, kind.Plural) { Kind = kind.Kind };
        var (nodes, more) = (ImmutableArray.CreateBuilder<SourceNode>(), "");
        do
        {
            var call = new ApiCall("list", resource, space) { Query = $"limit={PageSize}{more}" };
            var page = await api.ReadAsync(call, TypeOf<JsonObject>(), stop);
            nodes.AddRange((page["items"]?.AsArray() ?? []).SelectMany(item => Nodes(item!.AsObject(), resource)));
            more = (string?)page["metadata"]?["continue"] is { Length: > 0 } token ? $"&continue={Uri.EscapeDataString(token)}" : "";
        }
        while (more.Length > 0);
        return nodes.ToImmutable();
    }

    /// <summary>The first of the versions that the cluster has; <see langword="null"/> if it has none, or not the group.</summary>
    private static async Task<string?> VersionAsync(ApiClient api, string group, string[] versions, CancellationToken stop)
    {
        try
        {
            var call = new ApiCall("get", new(group, "", ""), null) { IsDiscovery = true };
            var known = (await api.ReadAsync(call, TypeOf<ApiGroup>(), stop)).Versions ?? [];
            return Array.Find(versions, v => known.Exists(k => string.Equals(k.Version, v, StringComparison.Ordinal)));
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    // Items of a list do not say of what kind they are.
    private static IEnumerable<SourceNode> Nodes(JsonObject item, ApiResource resource)
    {
        (item["apiVersion"], item["kind"]) = (resource.ApiVersion, resource.Kind);
        return YamlDocuments.Read(item.ToJsonString(), Name).Select(node => new SourceNode(Name, node));
    }

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));
}
