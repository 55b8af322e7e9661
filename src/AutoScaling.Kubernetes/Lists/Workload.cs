using System.Collections.Immutable;
using System.Text.Json;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>A deployment, or another object that is scaled, as last seen or written.</summary>
internal sealed record Workload : INamed, IKept<WorkloadItem, Workload>
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Is another one if the object was deleted and created again by the same name.</summary>
    public required string Uid { get; init; }

    /// <summary>What a write must carry, so that it changes only what was seen.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>How many replicas there should be.</summary>
    public required int Desired { get; init; }

    /// <summary>How many its controller says there are.</summary>
    public required int Existing { get; init; }

    /// <summary>Which pods are its replicas; <see langword="null"/> if it does not say.</summary>
    public required LabelSelector? Selector { get; init; }

    /// <summary>Which program wrote the count last, as its list says; <see langword="null"/> if that is not known.</summary>
    public string? ReplicasWriter { get; init; }

    /// <exception cref="ApiException">A part is missing that every workload has.</exception>
    public static Workload Of(WorkloadItem item)
    {
        if (item is not { Metadata: { Name: { } name, Namespace: { } space, Uid: { } uid, ResourceVersion: { } version }, Spec: { } spec })
            throw new ApiException("the API server's list holds a workload without a name, a version or a specification", null);
        return new()
        {
            Namespace = space,
            Name = name,
            Uid = uid,
            ResourceVersion = version,
            Desired = spec.Replicas ?? 1,
            Existing = item.Status?.Replicas ?? 0,
            Selector = Parse(spec.Selector),
            ReplicasWriter = item.Metadata.ReplicasWriter,
        };
    }

    /// <summary>What to do about a target without a selector, as the end of a sentence.</summary>
    public static string NoSelector(KubernetesTarget target) =>
        $"the scale of {target} names no selector, so that its pods are not known; " +
        "a custom kind gets one by the labelSelectorPath of its CustomResourceDefinition";

    private static LabelSelector? Parse(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Object } selector) return null;
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        var byLabels = selector.TryGetProperty("matchLabels", out var labels);
        var byExpressions = selector.TryGetProperty("matchExpressions", out var expressions);
        if (!byLabels && !byExpressions) labels = selector;
        if (labels.ValueKind == JsonValueKind.Object)
        {
            foreach (var label in labels.EnumerateObject())
            {
                requirements.Add(new(label.Name, LabelTest.In, [label.Value.GetString() ?? ""]));
            }
        }

        if (expressions.ValueKind == JsonValueKind.Array)
        {
            foreach (var expression in expressions.EnumerateArray())
            {
                if (!Enum.TryParse<LabelTest>(expression.GetProperty("operator").GetString(), out var test)) return null;
                ImmutableArray<string> values = expression.TryGetProperty("values", out var texts) && texts.ValueKind == JsonValueKind.Array
                    ? [.. texts.EnumerateArray().Select(t => t.GetString() ?? "")]
                    : [];
                requirements.Add(new(expression.GetProperty("key").GetString() ?? "", test, values));
            }
        }

        return requirements.Count == 0 ? null : new(requirements.ToImmutable());
    }
}
