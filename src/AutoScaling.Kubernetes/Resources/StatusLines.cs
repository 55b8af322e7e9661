using System.Text.Json;
using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>Reads a ScalingPolicy's status, as somebody who asks how its targets stand.</summary>
internal static class StatusLines
{
    /// <summary>A line for each target; one if they are not known.</summary>
    public static IEnumerable<ScalingPolicyLine> Of(PolicyResource item)
    {
        var status = item.Status ?? new();
        var active = status.Conditions?.Find(c => Is(c.Type, "Active"));
        var title = $"{item.Metadata!.Namespace}/{item.Metadata.Name}";
        var whole = new ScalingPolicyLine
        {
            Resource = title,
            Target = TargetOf(item) ?? title,
            Min = status.Min,
            Max = status.Max,
            Desired = status.Desired,
            Ready = status.Ready,
            Decision = status.Decision,
            Explanation = Explain(item, status, active),
            HeldBackBy = status.HeldBack?.By,
            HeldBackFrom = status.HeldBack?.From,
            HeldBackTo = status.HeldBack?.To,
            HeldBackUntil = status.HeldBack?.Until,
            Override = status.Override,
            LastScaleTime = status.LastScaleTime,
            IsTrouble = Is(active?.Reason, "Invalid") || (Is(active?.Status, "False") && !Is(active?.Reason, "Disabled")),
        };
        if (status.Targets is not { Count: > 0 } targets) return [whole];

        // What is said of all of them stands at the worst one, which is the first.
        return targets.Select((target, i) => whole with
        {
            Target = target.Name ?? title,
            Desired = target.Desired,
            Ready = target.Ready,
            Decision = target.Decision,
            Explanation = target.Explanation,
            HeldBackBy = i == 0 ? whole.HeldBackBy : null,
            HeldBackFrom = i == 0 ? whole.HeldBackFrom : null,
            HeldBackTo = i == 0 ? whole.HeldBackTo : null,
            HeldBackUntil = i == 0 ? whole.HeldBackUntil : null,
            LastScaleTime = null,
            IsTrouble = whole.IsTrouble && i == 0,
        });
    }

    private static string Explain(PolicyResource item, PolicyResourceStatus status, ResourceCondition? active)
    {
        if (item.Status is null) return "The autoscaler has written nothing of it yet.";
        var said = Is(active?.Status, "True") && status.Explanation is { } why ? why : active?.Message ?? status.Explanation ?? "";
        var isOld = status.ObservedGeneration < item.Metadata!.Generation;
        string?[] all = [said, status.Warning, isOld ? "It has changed since then." : null];
        return string.Join(' ', all.Where(text => !string.IsNullOrEmpty(text)));
    }

    private static string? TargetOf(PolicyResource item)
    {
        if (item.Spec is not { ValueKind: JsonValueKind.Object } spec) return null;
        try
        {
            var clause = TargetClause.Take(JsonObject.Create(spec)!);
            var space = item.Metadata!.Namespace!;
            return clause.Name is not { } name ? null
                : clause.Known is { } kind ? new KubernetesTarget(space, kind, name).FullName
                : $"{space}/{clause.Short(1)}";
        }
        catch (ScalingException)
        {
            return null;
        }
    }

    private static bool Is(string? one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
