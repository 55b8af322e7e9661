using System.Collections.Immutable;
using AutoScaling.Primitives;
using AutoScaling.Prometheus.Client;
using AutoScaling.Prometheus.Settings;

namespace AutoScaling.Prometheus.Reading;

/// <summary>Makes a reading of what answers have for a target, or says why there is none.</summary>
/// <param name="plan">How the metric is read.</param>
/// <param name="metric">The metric.</param>
/// <param name="target">The target.</param>
internal readonly struct SeriesReading(MetricPlan plan, MetricRef metric, ScalingTarget target)
{
    /// <summary>Begins a sentence about the second query of a metric.</summary>
    public const string OfTime = "for the time of its values, ";

    /// <summary>What is wrong with an answer for all targets alike; <see langword="null"/> if nothing is.</summary>
    public static string? Broken(MetricPlan plan, Answer answer)
    {
        if (answer.Warning is { } warning && !plan.AcceptPartial)
            return $"the server doubts its answer ({warning}); acceptPartial takes it all the same";
        if (answer.ResultType is "matrix" or "string")
        {
            return $"the query yields a {answer.ResultType} where one value is wanted for each series: "
                + "use a function such as rate() around it";
        }

        if (answer.ResultType is "scalar" && (plan.Query.IsShared || plan.ReplicaLabel is not null))
            return "the query yields a scalar, which names no target: leave scalar() out, or name the target in it as '{target}'";
        if (answer.Series == 0 || answer.Unlabelled < answer.Series) return null;
        var (labels, them) = plan.Target.Labels.Length > 1 ? ("labels", "them") : ("label", "it");
        return $"none of the query's {Phrase.Exact(answer.Series)} series has the {labels} {plan.Target.Words}: "
            + $"keep {them}, as in sum by ({plan.Grouping}) (...)";
    }

    /// <summary>The reading.</summary>
    /// <param name="values">The answer with the values.</param>
    /// <param name="times">The answer with their times, if it was asked for.</param>
    public MetricReading Of(Answer values, Answer? times)
    {
        if (Broken(plan, values) is { } broken) return MetricReading.Failed(metric, broken);
        var key = plan.Query.IsShared ? target.Name : Answer.TheOne;
        if (!values.Targets.TryGetValue(key, out var series)) return MetricReading.Missing(metric, NoSeries(values));
        if (series.IsHistogram)
        {
            return MetricReading.Failed(
                metric,
                "the query yields a native histogram where a value is wanted: "
                    + "use histogram_quantile(), histogram_sum() or histogram_count()");
        }

        TargetSeries measured = default;
        if (times is not null)
        {
            if (Broken(plan, times) is { } trouble) return MetricReading.Failed(metric, OfTime + trouble);
            if (!times.Targets.TryGetValue(key, out measured))
                return MetricReading.Missing(metric, "the query for the time of its values has no series for it");
        }

        if (plan.ReplicaLabel is not null) return OfReplicas(values, series, times, measured);
        if (series.Count > 1) return MetricReading.Failed(metric, Several(series.Count, "it"));
        return times is null ? MetricReading.Available(metric, series.Value, values.AskedAt)
            : measured.Count > 1 ? MetricReading.Failed(metric, OfTime + Several(measured.Count, "it"))
            : At(times, measured.Value) is { } at ? MetricReading.Available(metric, series.Value, at)
            : MetricReading.Missing(metric, NoTime(measured.Value));
    }

    private MetricReading OfReplicas(Answer values, TargetSeries series, Answer? times, TargetSeries measured)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var at = times is null ? null : measured.Replicas!.DistinctBy(m => m.Name, StringComparer.Ordinal)
            .ToDictionary(m => m.Name ?? "", m => m.Value, StringComparer.Ordinal);
        var replicas = ImmutableArray.CreateBuilder<ReplicaReading>(series.Count);
        var (sum, count, oldest) = (0m, 0, DateTimeOffset.MaxValue);
        foreach (var (replica, value) in series.Replicas!)
        {
            if (replica is null)
                return MetricReading.Failed(metric, $"a series of it lacks the label {plan.ReplicaLabel}, which names the replica");
            if (!known.Add(replica)) return MetricReading.Failed(metric, Several(2, $"its replica '{replica}'"));
            var time = times is null ? values.AskedAt : at!.TryGetValue(replica, out var seconds) ? At(times, seconds) : null;
            var reading = new ReplicaReading(replica, time is null ? null : value, at: time ?? default);
            replicas.Add(reading);
            if (reading.Value is not { } counted) continue;
            (sum, count) = (sum + Exactly(counted), count + 1);
            if (reading.At < oldest) oldest = reading.At;
        }

        return count > 0
            ? MetricReading.Available(metric, (double)(sum / count), oldest, replicas.MoveToImmutable())
            : MetricReading.Missing(metric, $"none of its {Phrase.Exact(series.Count)} replicas has a finite value of a known time");
    }

    // Decimals, so that 20 replicas at 0.7 are at 0.7 on average, and not at a trillionth more.
    private static decimal Exactly(double value) => (decimal)Math.Clamp(value, -1e20, 1e20);

    // The server's clock may not be ours: the age is by its own, and counted back from our time.
    private static DateTimeOffset? At(Answer times, double measured)
    {
        var age = times.ServerTime - measured;
        return Math.Abs(age) < TimeSpan.FromDays(36_500).TotalSeconds ? times.AskedAt - TimeSpan.FromSeconds(age) : null;
    }

    private string NoSeries(Answer values)
    {
        var isExpression = string.Equals(plan.Name, plan.Query.Text, StringComparison.Ordinal) && plan.Query.IsSelector;
        var hint = isExpression ? ", which is no metric of its settings and was asked as an expression" : "";
        return values.Series == 0 ? $"the query has no series{hint}"
            : $"none of the query's {Phrase.Exact(values.Series)} series is for it, by {plan.Target.Text}{Unlabelled(values)}{hint}";
    }

    private static string Unlabelled(Answer values) =>
        values.Unlabelled == 0 ? "" : $" ({Phrase.Exact(values.Unlabelled)} lack a label of the target)";

    private string Several(int count, string what) =>
        $"{Phrase.Exact(count)} series are for {what} where one is wanted: aggregate them, as in "
        + (plan.Grouping.Length > 0 ? $"sum by ({plan.Grouping}) (...)" : "sum(...)");

    private static string NoTime(double seconds) => $"the time of its value cannot be {Phrase.Exact(seconds)} seconds since 1970";
}
