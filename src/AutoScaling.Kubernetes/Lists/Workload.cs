using System.Collections.Immutable;
using System.Text.Json;

namespace AutoScaling.Kubernetes;

/// <summary>Something that is scaled, as last seen or written.</summary>
internal sealed record Workload
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Tells it from another one that had the same name.</summary>
    public required string Uid { get; init; }

    /// <summary>What a write must carry, so that it changes only what was seen.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>How many replicas there should be.</summary>
    public required int Desired { get; init; }

    /// <summary>How many its controller says there are.</summary>
    public required int Existing { get; init; }

    /// <summary>Which pods are its replicas; <see langword="null"/> if it does not say.</summary>
    public required LabelSelector? Selector { get; init; }

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
            Selector = SelectorOf(spec.Selector),
        };
    }

    /// <exception cref="ApiException">A part is missing that every scale has.</exception>
    public static Workload Of(ScaleDocument scale)
    {
        if (scale is not { Metadata: { Name: { } name, Namespace: { } space, Uid: { } uid, ResourceVersion: { } version }, Spec: { } spec })
        {
            // Should it be the answer to a write, that was carried out all the same.
            throw new ApiException("the API server's scale has no name, version or specification", null) { IsDoubtful = true };
        }

        return new()
        {
            Namespace = space,
            Name = name,
            Uid = uid,
            ResourceVersion = version,
            Desired = spec.Replicas,
            Existing = scale.Status?.Replicas ?? 0,
            Selector = LabelSelector.Parse(scale.Status?.Selector),
        };
    }

    private static LabelSelector? SelectorOf(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Object } selector) return null;
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        var structured = selector.TryGetProperty("matchLabels", out var labels) | selector.TryGetProperty("matchExpressions", out var expressions);
        if (!structured) labels = selector;
        if (labels.ValueKind == JsonValueKind.Object)
        {
            foreach (var label in labels.EnumerateObject()) requirements.Add(new(label.Name, LabelTest.In, [label.Value.GetString() ?? ""]));
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
