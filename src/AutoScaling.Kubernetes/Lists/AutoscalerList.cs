using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>A HorizontalPodAutoscaler in a list.</summary>
internal sealed class AutoscalerItem
{
    public ObjectMetadata? Metadata { get; set; }

    public AutoscalerSpec? Spec { get; set; }
}

/// <summary>What it is told to do, as far as that matters here.</summary>
internal sealed class AutoscalerSpec
{
    public AutoscalerTarget? ScaleTargetRef { get; set; }
}

/// <summary>What it scales, in its own namespace.</summary>
internal sealed class AutoscalerTarget
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public string? Name { get; set; }
}

/// <summary>Which targets have a HorizontalPodAutoscaler.</summary>
internal sealed class AutoscalerList
{
    private readonly Dictionary<(string? Namespace, string? Group, string? Kind, string? Name), string> _owners = [];

    public AutoscalerList(Listing<AutoscalerItem> listing)
    {
        ResourceVersion = listing.ResourceVersion;
        foreach (var item in listing.Items)
        {
            if (item.Spec?.ScaleTargetRef is not { } target) continue;
            _owners[(item.Metadata?.Namespace, Group(target.ApiVersion), target.Kind, target.Name)] = item.Metadata?.Name ?? "";
        }
    }

    public string ResourceVersion { get; }

    /// <summary>The name of the HorizontalPodAutoscaler of a target; <see langword="null"/> if there is none.</summary>
    public string? Find(KubernetesTarget target, string kind) =>
        _owners.GetValueOrDefault((target.Namespace, target.Resource.Group, kind, target.Name));

    private static string Group(string? apiVersion) =>
        apiVersion?.IndexOf('/', StringComparison.Ordinal) is { } slash and > 0 ? apiVersion[..slash] : "";
}
