namespace AutoScaling.Tool.Import.Keda;

/// <summary>Triggers of which no rule is made: what would do the same is told.</summary>
internal static class OtherTriggers
{
    private const string Page = "docs/commands-and-http.md";

    /// <returns>Always <see langword="null"/>: there is no rule.</returns>
    public static KedaTrigger? Tell(Fields trigger, string type)
    {
        trigger.Pass("metadata", "metricType");
        trigger.Unmapped("type", $"is '{type}': {Advice(type)}");
        return null;
    }

    private static string Advice(string type) => type switch
    {
        "rabbitmq" => $"read the queue by HTTP, for which {Page} has a recipe, and keep it by a rule backlog, or by a rule targetTracking "
            + "of kind totalPerReplica with the trigger's value as target",
        "redis" or "redis-cluster" or "redis-sentinel" => $"read the list by a command, for which {Page} has a recipe, and keep it by a "
            + "rule backlog, or by a rule targetTracking of kind totalPerReplica with the listLength as target",
        "metrics-api" => $"read it by HTTP (Http:NAME:Metrics with Url and ValuePointer, {Page}), and keep it by a rule targetTracking of "
            + "kind totalPerReplica with the targetValue as target",
        "kubernetes-workload" => "there is no rule that counts the pods of another workload",
        "external" or "external-push" => $"a source of the host has to ask that service: a command or an HTTP API ({Page}), or an "
            + "IMetricsProvider of your own",
        _ => $"no package has a source for it: read it by a command or an HTTP API ({Page}), or from Prometheus where an exporter has it, "
            + "and keep it by a rule targetTracking of kind totalPerReplica",
    };
}
