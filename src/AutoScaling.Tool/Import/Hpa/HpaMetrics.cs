namespace AutoScaling.Tool.Import.Hpa;

/// <summary>The metrics of an HPA as rules.</summary>
/// <param name="metrics">The metrics of adapters.</param>
/// <param name="isOld">
/// Whether targets stand where autoscaling/v2beta1 has them, which the annotations of autoscaling/v1 have, too.
/// </param>
internal sealed class HpaMetrics(ClusterMetrics metrics, bool isOld)
{
    /// <summary>The rule; <see langword="null"/> if there is none for it, which is told.</summary>
    public TargetTrackingRule? Read(Fields metric) => metric.Required("type") switch
    {
        "Resource" => Resource(metric.Block("resource"), isContainer: false),
        "ContainerResource" => Resource(metric.Block("containerResource"), isContainer: true),
        "Pods" => Pods(metric.Block("pods")),
        "Object" => Object(metric.Block("object")),
        "External" => External(metric.Block("external")),
        null => null,
        var other => Unknown(metric, other),
    };

    private TargetTrackingRule? Resource(Fields resource, bool isContainer)
    {
        var (name, container) = (resource.Required("name"), isContainer ? resource.Required("container") : null);
        var goal = isOld
            ? HpaGoal.Old(resource, utilization: "targetAverageUtilization", average: "targetAverageValue")
            : HpaGoal.Of(resource.Block("target"));
        if (name is null || goal is null || (isContainer && container is null)) return null;
        if (name is not ("cpu" or "memory"))
        {
            resource.Unmapped("name", $"is '{name}', and of what pods use only cpu and memory can be read");
            return null;
        }

        if (goal.Kind is TargetKind.TotalValue)
        {
            resource.Unmapped("target", "of a resource must be a Utilization or an AverageValue, but is a Value");
            return null;
        }

        var kind = goal.Kind == TargetKind.Utilization ? TargetKind.Utilization : TargetKind.AverageValue;
        return new() { Metric = new(container is null ? name : $"{name}/{container}"), Kind = kind, Target = goal.Value };
    }

    private TargetTrackingRule? Pods(Fields pods)
    {
        var goal = isOld ? HpaGoal.Old(pods, average: "targetAverageValue") : HpaGoal.Of(pods.Block("target"));
        var (name, selector) = Identity(pods);
        if (name is null || goal is null) return null;
        var metric = metrics.Of(pods, $"KubernetesMetric.Pods(\"{name}\")", name, selector);
        return new() { Metric = metric, Kind = TargetKind.AverageValue, Target = goal.Value };
    }

    private TargetTrackingRule? Object(Fields described)
    {
        var reference = described.Block(isOld ? "target" : "describedObject");
        var goal = isOld
            ? HpaGoal.Old(described, total: "targetValue", average: "averageValue")
            : HpaGoal.Of(described.Block("target"));
        var (name, selector) = Identity(described);
        var (kind, of, api) = (reference.Required("kind"), reference.Required("name"), reference.Text("apiVersion") ?? "v1");
        if (name is null || goal is null || kind is null || of is null) return null;
        var group = TargetNames.Group(api);
        var plural = $"{TargetNames.Plural(kind)}{(group.Length == 0 ? "" : $".{group}")}";
        var factory = plural is "namespaces"
            ? $"KubernetesMetric.Object(\"{name}\", \"{plural}\")"
            : $"KubernetesMetric.Object(\"{name}\", \"{plural}\", \"{of}\")";
        return Total(metrics.Of(described, factory, name, selector), goal);
    }

    private TargetTrackingRule? External(Fields external)
    {
        var goal = isOld
            ? HpaGoal.Old(external, total: "targetValue", average: "targetAverageValue")
            : HpaGoal.Of(external.Block("target"));
        var (name, selector) = Identity(external);
        if (name is null || goal is null) return null;
        return Total(metrics.Of(external, $"KubernetesMetric.External(\"{name}\")", name, selector), goal);
    }

    private static TargetTrackingRule Total(MetricRef metric, HpaGoal goal) => new()
    {
        Metric = metric,
        Kind = goal.Kind == TargetKind.AverageValue ? TargetKind.TotalPerReplica : goal.Kind,
        Target = goal.Value,
    };

    private (string? Name, string? Selector) Identity(Fields of)
    {
        if (!isOld)
        {
            var metric = of.Block("metric");
            return (metric.Required("name"), ClusterMetrics.Selector(metric.Block("selector")));
        }

        var selector = of.Has("metricSelector") ? "metricSelector" : "selector";
        return (of.Required("metricName"), ClusterMetrics.Selector(of.Block(selector)));
    }

    private static TargetTrackingRule? Unknown(Fields metric, string type)
    {
        metric.Unmapped("type", $"is '{type}', for which there is no rule");
        metric.Pass([.. metric.Names]);
        return null;
    }
}
