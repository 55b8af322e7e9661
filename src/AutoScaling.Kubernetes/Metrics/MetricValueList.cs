namespace AutoScaling.Kubernetes.Metrics;

/// <summary>The values of one metric: of all pods of a namespace, of an object, or of the series of something outside.</summary>
internal sealed class MetricValueList(List<MetricValueItem> all)
{
    private readonly Dictionary<string, MetricValueItem> _byName = ByName(all);

    public List<MetricValueItem> All => all;

    /// <summary>The value of a pod; <see langword="null"/> if there is none.</summary>
    public MetricValueItem? Of(string pod) => _byName.GetValueOrDefault(pod);

    private static Dictionary<string, MetricValueItem> ByName(List<MetricValueItem> items)
    {
        var names = new Dictionary<string, MetricValueItem>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.DescribedObject?.Name is { } name) names[name] = item;
        }

        return names;
    }
}
