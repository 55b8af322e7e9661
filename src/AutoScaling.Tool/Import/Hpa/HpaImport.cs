using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Import.Hpa;

/// <summary>A HorizontalPodAutoscaler as a policy: autoscaling/v2, v2beta2, v2beta1, and v1 with its annotations.</summary>
internal static class HpaImport
{
    private const string OldMetrics = "autoscaling.alpha.kubernetes.io/metrics";
    private const string OldBehavior = "autoscaling.alpha.kubernetes.io/behavior";
    private const string Conditions = "autoscaling.alpha.kubernetes.io/conditions";
    private const string CurrentMetrics = "autoscaling.alpha.kubernetes.io/current-metrics";

    // The HPA's own, where it names no metric.
    private const int UsualUtilization = 80;

    /// <summary>The period at which the HPA looks, unless its controller was told another.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(15);

    /// <summary>The policy; <see langword="null"/> if there is none, which is told.</summary>
    public static ScalingPolicy? Read(ImportResource resource, ClusterMetrics metrics)
    {
        var (spec, notes) = (resource.Spec, resource.Annotations);
        notes.Pass(Conditions, CurrentMetrics);
        var service = TargetNames.Of(resource, spec.Block("scaleTargetRef"));
        var (min, max) = (spec.Whole("minReplicas") ?? 1, spec.Whole("maxReplicas"));
        if (max is null && !spec.Has("maxReplicas")) spec.Invalid("maxReplicas", "must be there, but is not");
        var place = notes.Has(OldBehavior) ? Inside(resource, OldBehavior, "behavior") : spec;
        var behavior = HpaBehavior.Read(place.Block("behavior"), resource.Options);
        var rules = Rules(resource, metrics);
        if (service is null || max is null || resource.Report.IsInvalid) return null;
        if (rules.Count == 0)
        {
            resource.Report.Unmapped("spec.metrics", spec.Line, "hold none that a rule could be made of, so there is no policy of it");
            return null;
        }

        if (min == 0 && rules.All(r => r.Kind is TargetKind.Utilization or TargetKind.AverageValue))
        {
            spec.Differs("minReplicas", "is 0, which no average leads back from: the policy's min is 1");
            min = 1;
        }

        return new()
        {
            Target = service,
            Range = new(min, max.Value),
            Interval = Period,
            Rules = [.. rules],
            Behavior = behavior,
        };
    }

    private static List<TargetTrackingRule> Rules(ImportResource resource, ClusterMetrics metrics)
    {
        var spec = resource.Spec;
        var isOld = resource.ApiVersion.EndsWith("/v1", StringComparison.Ordinal)
            || resource.ApiVersion.EndsWith("/v2beta1", StringComparison.Ordinal);
        List<Fields> listed = [.. spec.List("metrics")];
        if (resource.Annotations.Has(OldMetrics)) listed.AddRange(Inside(resource, OldMetrics, "metrics").List("metrics"));
        var reader = new HpaMetrics(metrics, isOld);
        List<TargetTrackingRule> rules = [.. listed.Select(reader.Read).OfType<TargetTrackingRule>()];
        var cpu = spec.Whole("targetCPUUtilizationPercentage");
        if (cpu is { } percent) rules.Insert(0, Cpu(percent));
        else if (listed.Count == 0) rules.Add(Cpu(UsualUtilization));
        return rules;
    }

    private static TargetTrackingRule Cpu(int percent) => new() { Metric = MetricRef.Cpu, Target = percent };

    /// <summary>What stands as JSON in an annotation, under a name of its own.</summary>
    private static Fields Inside(ImportResource resource, string annotation, string name)
    {
        var text = resource.Annotations.Text(annotation);
        var inside = YamlDocuments.Read($"{{\"{name}\": {text}}}");
        if (inside is not [var root])
        {
            resource.Annotations.Invalid(annotation, "must be JSON, but is not");
            root = null!;
        }

        return resource.Annotations.Inside(annotation, root);
    }
}
