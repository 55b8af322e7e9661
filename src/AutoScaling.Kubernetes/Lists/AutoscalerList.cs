using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>A HorizontalPodAutoscaler in a list.</summary>
internal sealed class AutoscalerItem : IApiObject
{
    public ObjectMetadata? Metadata { get; set; }

    ObjectMetadata? IApiObject.About => Metadata;

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

/// <summary>A HorizontalPodAutoscaler that scales something.</summary>
/// <param name="Namespace">Its namespace, which is that of what it scales, too.</param>
/// <param name="Name">Its name.</param>
/// <param name="Scales">The group, kind and name of what it scales.</param>
internal sealed record Autoscaler(string Namespace, string Name, (string Group, string? Kind, string? Name) Scales)
    : INamed, IKept<AutoscalerItem, Autoscaler>
{
    string? INamed.ResourceVersion => null;

    public static Autoscaler? Of(AutoscalerItem item) => item.Spec?.ScaleTargetRef is { } target
        ? new(item.Metadata?.Namespace ?? "", item.Metadata?.Name ?? "", (Group(target.ApiVersion), target.Kind, target.Name))
        : null;

    private static string Group(string? apiVersion) =>
        apiVersion?.IndexOf('/', StringComparison.Ordinal) is { } slash and > 0 ? string.Intern(apiVersion[..slash]) : "";
}

/// <summary>Which targets have a HorizontalPodAutoscaler.</summary>
internal sealed class AutoscalerList : Table<Autoscaler>
{
    private readonly Dictionary<(string Namespace, (string Group, string? Kind, string? Name) Scales), string> _owners = [];

    /// <summary>The name of the HorizontalPodAutoscaler of a target; <see langword="null"/> if there is none.</summary>
    public string? Find(KubernetesTarget target, string kind)
    {
        lock (Gate) return _owners.GetValueOrDefault((target.Namespace, (target.Resource.Group, kind, target.Name)));
    }

    protected override void OnPut(Autoscaler thing) => _owners[(thing.Namespace, thing.Scales)] = thing.Name;

    protected override void OnTaken(Autoscaler thing)
    {
        // Another one may scale the same.
        var owner = _owners.GetValueOrDefault((thing.Namespace, thing.Scales));
        if (string.Equals(owner, thing.Name, StringComparison.Ordinal)) _owners.Remove((thing.Namespace, thing.Scales));
    }
}
