using AutoScaling.Primitives;

namespace AutoScaling.AspNetCore.Following;

/// <summary>What one rule said, in words.</summary>
internal static class RuleWords
{
    public static string Of(Recommendation said)
    {
        var what = said.Kind switch
        {
            RecommendationKind.Unavailable => "cannot say",
            RecommendationKind.None => "has no opinion",
            RecommendationKind.Replicas => $"asks for {Phrase.Replicas(said.Replicas)}",
            _ => $"{Phrase.Words($"{said.Kind}", ' ')} {Phrase.Exact(said.Replicas)}",
        };
        var figures = said is { Metric: { } metric, Value: { } value } ? $"; {metric} is {Phrase.Of(value)}" : "";
        if (figures.Length > 0 && (said.Target ?? said.ScaleUpAbove) is { } target) figures += $", its target {Phrase.Of(target)}";
        return $"{said.Rule ?? "A rule"} {what}{figures}{(said.Detail is { } detail ? $"; {detail}" : "")}.";
    }
}
