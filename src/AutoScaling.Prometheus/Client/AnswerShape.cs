using AutoScaling.Prometheus.Queries;

namespace AutoScaling.Prometheus.Client;

/// <summary>What of an answer is looked at.</summary>
/// <param name="Target">Which target each series is for; <see langword="null"/> if all are for the one that was asked for.</param>
/// <param name="ReplicaLabel">The label that names the replica; <see langword="null"/> if there is one series for each target.</param>
internal sealed record AnswerShape(TargetPattern? Target, string? ReplicaLabel);

/// <summary>What an answer has for one target.</summary>
/// <param name="Value">The value of the last of its series.</param>
/// <param name="Count">How many series it has.</param>
/// <param name="IsHistogram">Whether one is a native histogram, which has no value.</param>
/// <param name="Replicas">The replicas' values, if replicas are asked for.</param>
internal record struct TargetSeries(double Value, int Count, bool IsHistogram, List<ReplicaValue>? Replicas);

/// <summary>The value of one replica; a series without the label has no name.</summary>
internal readonly record struct ReplicaValue(string? Name, double Value);
