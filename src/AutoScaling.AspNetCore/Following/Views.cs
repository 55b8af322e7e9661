using System.Reflection;
using System.Text.Json;
using AutoScaling.AspNetCore.Health;
using AutoScaling.AspNetCore.Wire;

namespace AutoScaling.AspNetCore.Following;

/// <summary>What the page shows, made of how the targets stand.</summary>
internal sealed class Views(IAutoScaler autoScaler, Board board, History history, AutoScalingEndpointOptions options)
{
    private const int SparkPoints = 40;

    private readonly HostView _host = new()
    {
        Title = options.Title,
        Version = typeof(Views).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        Home = options.Home,
    };

    /// <summary>A part of the list.</summary>
    public ListView List(Window window)
    {
        var sorted = board.Get();
        var matching = sorted.Matching(window.Search, window.Standing);
        var status = sorted.Status;
        return new()
        {
            At = status.At,
            Host = _host,
            EvaluatedAt = status.LastEvaluatedAt,
            Ready = sorted.Ready,
            Wanted = sorted.Wanted,
            Total = sorted.Targets.Count,
            Matching = matching.Count,
            Offset = window.Offset,
            Counts = sorted.Counts,
            Troubles = [.. status.ReloadErrors, .. status.Troubles],
            Leadership = status.Leadership,
            Rows = [.. matching.Skip(window.Offset).Take(window.Limit).Select(t => RowOf(t.Target, t.Standing))],
        };
    }

    /// <summary>One target with its plots.</summary>
    /// <exception cref="ScalingException">It has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    public TargetView Target(ScalingTarget name, DateTimeOffset now, bool canControl)
    {
        var target = autoScaler.GetStatus(name);
        var row = RowOf(target, Standings.Of(target));
        var past = history.Of(name);
        var metrics = past.Metrics;
        return new()
        {
            Name = row.Name,
            Standing = row.Standing,
            Ready = row.Ready,
            Desired = row.Desired,
            Wanted = row.Wanted,
            Min = row.Min,
            Max = row.Max,
            Readings = row.Readings,
            Said = row.Said,
            HeldBack = row.HeldBack,
            Until = row.Until,
            EvaluatedAt = row.EvaluatedAt,
            Spark = row.Spark,
            Host = _host,
            At = now,
            CanControl = canControl,
            Enabled = target.Enabled,
            Mode = JsonNamingPolicy.CamelCase.ConvertName($"{target.Policy.Mode}"),
            NextAt = target.NextEvaluationAt,
            Override = target.Override?.ToString(),
            Warning = target.Warning,
            Rules = [.. target.LastDecision?.Recommendations.Select(RuleWords.Of) ?? []],
            Shadows = [.. target.Shadows.Select(ShadowOf)],
            Points = [.. past.Points().Select(point => PointOf(point, metrics.Count))],
            Metrics = metrics,
            Targets = [.. metrics.Select(metric => TargetOf(target, metric))],
        };
    }

    private Row RowOf(TargetStatus target, Standing standing)
    {
        var decision = target.LastDecision;
        var range = decision?.Range ?? target.Policy.Range;
        var (held, until) = HeldBack.Of(target);
        return new()
        {
            Name = target.Target.Name,
            Standing = standing.Word(),
            Ready = target.Replicas?.Ready,
            Desired = target.Replicas?.Desired,
            Wanted = target.Wanted,
            Min = range.Min,
            Max = range.Max,
            Readings = Readings(decision),
            Said = target.LastError ?? TargetTrouble.Failure(target) ?? decision?.Explain() ?? "It was not evaluated yet.",
            HeldBack = held,
            Until = until,
            EvaluatedAt = target.LastEvaluatedAt,
            Spark = history.Of(target.Target).Spark(SparkPoints),
        };
    }

    private static List<ReadingView> Readings(ScalingDecision? decision) =>
    [
        .. from said in decision?.Recommendations ?? []
           let metric = said.Metric
           where metric is not null
           let isMissing = said.Kind == RecommendationKind.Unavailable
           select new ReadingView
           {
               Metric = metric.ToString(),
               Value = said.Value,
               Target = said.Target ?? said.ScaleUpAbove,
               Missing = isMissing ? said.Detail ?? "it cannot be read" : null,
           },
    ];

    private static double? TargetOf(TargetStatus target, string metric)
    {
        foreach (var said in target.LastDecision?.Recommendations ?? [])
        {
            var isIt = string.Equals(said.Metric?.ToString(), metric, StringComparison.Ordinal);
            if (isIt && (said.Target ?? said.ScaleUpAbove) is { } value) return value;
        }

        return null;
    }

    private static ShadowView ShadowOf(ShadowStatus shadow) => new()
    {
        Name = shadow.Name,
        Wanted = shadow.Last?.Decision?.To,
        Decisions = shadow.Decisions,
        Differences = shadow.Differences,
        Said = shadow.Last?.Explain(),
    };

    private static PointView PointOf(Point point, int metrics)
    {
        var values = new double?[metrics];
        for (var i = 0; i < point.Values.Length; i++) values[i] = double.IsFinite(point.Values[i]) ? point.Values[i] : null;
        var record = point.Record;
        return new()
        {
            At = point.At,
            Ready = point.Ready,
            Wanted = point.Wanted,
            Asked = point.Asked < 0 ? null : point.Asked,
            Min = point.Min,
            Max = point.Max,
            Values = values,
            From = record?.Decision?.From,
            Said = record is null ? null : record.Error ?? record.Explain(),
            Failed = record?.Error is not null || record?.Outcome.Kind is ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected,
        };
    }
}
