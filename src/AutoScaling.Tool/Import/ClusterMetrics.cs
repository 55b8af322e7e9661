using System.Globalization;

namespace AutoScaling.Tool.Import;

/// <summary>
/// The metrics of adapters (custom.metrics.k8s.io, external.metrics.k8s.io) that policies read. Each is declared once in the host, under a
/// name of its own: policies share those that are alike.
/// </summary>
internal sealed class ClusterMetrics
{
    private const string Source = "k8s";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>A metric, as rules name it.</summary>
    /// <param name="field">Where it is asked for; is told what the host needs.</param>
    /// <param name="factory">How code makes it: <c>KubernetesMetric.Pods("rps")</c>.</param>
    /// <param name="metric">What the adapter calls it.</param>
    /// <param name="selector">The labels of the series; <see langword="null"/> for all.</param>
    public MetricRef Of(Fields field, string factory, string metric, string? selector)
    {
        var declared = $"{factory} {selector}";
        if (!_names.TryGetValue(declared, out var name))
        {
            name = metric;
            for (var i = 2; _names.ContainsValue(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"{metric}-{i}");
            _names.Add(declared, name);
        }

        string[] settings =
        [
            .. string.Equals(name, metric, StringComparison.Ordinal) ? [] : new[] { $"Name = \"{name}\"" },
            .. selector is null ? [] : new[] { $"Selector = \"{selector}\"" },
        ];
        var code = settings.Length == 0 ? factory : $"{factory} with {{ {string.Join(", ", settings)} }}";
        field.Report.ToDo(field.Path, field.Line, $"needs a source in the host: AddKubernetesMetrics(\"{Source}\", {code})");
        return new(name, Source);
    }

    /// <summary>The labels that a selector wants, as addresses write them; <see langword="null"/> if it wants none.</summary>
    public static string? Selector(Fields selector)
    {
        var labels = selector.Block("matchLabels");
        List<string> wanted = [.. labels.Names.Select(name => $"{name}={labels.Text(name)}")];
        foreach (var expression in selector.List("matchExpressions"))
        {
            var (key, values) = (expression.Required("key"), string.Join(',', expression.Texts("values")));
            switch (expression.Required("operator"))
            {
                case "In":
                    wanted.Add($"{key} in ({values})");
                    break;
                case "NotIn":
                    wanted.Add($"{key} notin ({values})");
                    break;
                case "Exists":
                    wanted.Add($"{key}");
                    break;
                case "DoesNotExist":
                    wanted.Add($"!{key}");
                    break;
                case { } other:
                    expression.Invalid("operator", $"must be In, NotIn, Exists or DoesNotExist, but is '{other}'");
                    break;
            }
        }

        return wanted.Count == 0 ? null : string.Join(',', wanted);
    }
}
