using System.Globalization;

namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>What a metric is kept at, once as the HPA's JSON (autoscaling/v2beta2) and once as our rule.</summary>
internal sealed record Goal(string Hpa, TargetTrackingRule Rule)
{
    public static Goal Cpu(int percent) => Utilization("cpu", percent);

    public static Goal Memory(int percent) => Utilization("memory", percent);

    /// <summary>An average in millicores.</summary>
    public static Goal CpuValue(int milli) => new(
        $$$"""{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "{{{milli}}}m"} } }""",
        new() { Metric = "cpu", Kind = TargetKind.AverageValue, Target = milli / 1000.0 });

    /// <summary>An average of the pods' own metric.</summary>
    public static Goal Rps(int each) => new(
        $$$"""{"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "{{{each}}}"} } }""",
        new() { Metric = "rps", Kind = TargetKind.AverageValue, Target = each });

    /// <summary>The value of an object's metric.</summary>
    public static Goal Hits(int value) => OfObject(value, "Value", "value", TargetKind.TotalValue);

    /// <summary>The value of an object's metric for each pod.</summary>
    public static Goal HitsEach(int value) => OfObject(value, "AverageValue", "averageValue", TargetKind.TotalPerReplica);

    /// <summary>The sum of an external metric.</summary>
    public static Goal Queue(int value) => External(value, "Value", "value", TargetKind.TotalValue);

    /// <summary>The sum of an external metric for each pod.</summary>
    public static Goal QueueEach(int value) => External(value, "AverageValue", "averageValue", TargetKind.TotalPerReplica);

    private static Goal Utilization(string resource, int percent) => new(
        $$$"""{"type": "Resource", "resource": {"name": "{{{resource}}}", "target": {"type": "Utilization", "averageUtilization": {{{percent}}} } } }""",
        new() { Metric = resource, Target = percent });

    private static Goal OfObject(int value, string type, string field, TargetKind kind) => new(
        $$$"""
        {"type": "Object", "object": {"metric": {"name": "hits"}, "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "NAME"},
         "target": {"type": "{{{type}}}", "{{{field}}}": "{{{value.ToString(CultureInfo.InvariantCulture)}}}"} } }
        """,
        new() { Metric = "hits", Kind = kind, Target = value });

    private static Goal External(int value, string type, string field, TargetKind kind) => new(
        $$$"""
        {"type": "External", "external": {"metric": {"name": "queue", "selector": {"matchLabels": {"queue": "NAME"} } },
         "target": {"type": "{{{type}}}", "{{{field}}}": "{{{value.ToString(CultureInfo.InvariantCulture)}}}"} } }
        """,
        new() { Metric = "queue", Kind = kind, Target = value });
}
