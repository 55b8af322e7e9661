namespace AutoScaling.Tool.Import.Keda;

/// <summary>Triggers as rules. What there is no rule for is told, with what would do the same.</summary>
internal sealed class KedaTriggers(PrometheusServers servers)
{
    /// <summary>The rule of a trigger; <see langword="null"/> if there is none, which is told.</summary>
    public KedaTrigger? Read(Fields trigger, KedaScale scale)
    {
        var (type, name) = (trigger.Required("type"), trigger.Text("name"));
        var authentication = trigger.Block("authenticationRef");
        var by = authentication.Text("name");
        authentication.Pass("kind");
        if (by is not null)
        {
            trigger.ToDo(
                "authenticationRef", $"('{by}') names secrets that belong to the source of the metric, as files or variables of the host");
        }

        if (trigger.Flag("useCachedMetrics") is true)
            trigger.Differs("useCachedMetrics", "needs nothing: all who ask for one metric share the answer");
        var read = type switch
        {
            "cpu" or "memory" => Resource(trigger, type),
            "prometheus" => Prometheus(trigger, by),
            "cron" => CronTrigger.Read(trigger, scale),
            null => null,
            _ => OtherTriggers.Tell(trigger, type),
        };
        return read is null || name is null ? read : read with { Rule = read.Rule with { Name = name } };
    }

    private static KedaTrigger? Resource(Fields trigger, string type)
    {
        var metadata = trigger.Block("metadata");
        var kind = trigger.Text("metricType") ?? metadata.Text("type") ?? "Utilization";
        metadata.Pass("type");
        var (container, activation) = (metadata.Text("containerName"), metadata.Text("activationValue"));
        if (activation is not null)
            metadata.Unmapped("activationValue", "has no match: what replicas use is not there without replicas, and leads back from none");
        if (kind is not ("Utilization" or "AverageValue"))
        {
            trigger.Invalid("metricType", $"of {type} must be Utilization or AverageValue, but is '{kind}'");
            return null;
        }

        var isPercent = kind is "Utilization";
        var value = isPercent ? metadata.Number("value") : metadata.Quantity("value");
        if (value is null)
        {
            if (!metadata.Has("value")) metadata.Invalid("value", "must be there, but is not");
            return null;
        }

        return new(trigger, new TargetTrackingRule
        {
            Metric = new(container is null ? type : $"{type}/{container}"),
            Kind = isPercent ? TargetKind.Utilization : TargetKind.AverageValue,
            Target = value.Value,
        });
    }

    private KedaTrigger? Prometheus(Fields trigger, string? authentication)
    {
        var metadata = trigger.Block("metadata");
        var (address, query, threshold) = (metadata.Required("serverAddress"), metadata.Required("query"), metadata.Number("threshold"));
        if (threshold is null && !metadata.Has("threshold")) metadata.Invalid("threshold", "must be there, but is not");
        var activation = metadata.Number("activationThreshold") ?? 0;
        var nullsAreZero = metadata.Flag("ignoreNullValues") ?? true;
        if (metadata.Flag("unsafeSsl") is true)
            metadata.Unmapped("unsafeSsl", "has no match: name the server's authority as AuthorityFile of the source");
        var name = metadata.Text("metricName") ?? "prometheus";
        var kind = trigger.Text("metricType") ?? "AverageValue";
        if (kind is not ("AverageValue" or "Value"))
            trigger.Invalid("metricType", $"of prometheus must be AverageValue or Value, but is '{kind}'");
        if (address is null || query is null || threshold is null) return null;
        if (query.Contains('#', StringComparison.Ordinal))
            metadata.Differs("query", "may hold a comment, which an expression in a policy must not: take it out if it does");
        var metric = new MetricRef(PromQuery.OfTheTarget(query), servers.Of(metadata, address, authentication));
        return new(trigger, new TargetTrackingRule
        {
            Name = name,
            Metric = metric,
            Kind = kind is "Value" ? TargetKind.TotalValue : TargetKind.TotalPerReplica,
            Target = threshold.Value,
        })
        {
            Activation = activation,
            HasFallback = true,
            Expectation = nullsAreZero ? new() { Metric = metric, IfMissing = MissingMeaning.Of(0) } : null,
        };
    }
}
