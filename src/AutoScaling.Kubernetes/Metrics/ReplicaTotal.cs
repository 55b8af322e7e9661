using System.Collections.Immutable;
using AutoScaling.Kubernetes.Lists;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>The readings of a target's pods added up to one for the whole target.</summary>
/// <remarks>
/// <para>
/// The pods that are ready count; if none of them is measured, those that run. A pod that is being deleted, has ended or does not run yet
/// says nothing of the load.
/// </para>
/// <para>
/// The time is that of the oldest reading that counts: if one pod is not measured any longer, the whole reading becomes too old after a
/// while, and that pod's last value does not count for ever. (The HPA does not look at the age of metrics at all.)
/// </para>
/// <para>The sums are decimals, so that 20 pods at 70 % are at 70 %, and not at a trillionth more.</para>
/// </remarks>
internal readonly record struct ReplicaTotal(int Count, decimal Value, decimal Request, DateTimeOffset At)
{
    /// <summary>The value in percent of the request.</summary>
    public double Percent => (double)(Value * 100 / Request);

    /// <summary>The average over the pods.</summary>
    public double Average => (double)(Value / Count);

    /// <summary>The total; <see langword="null"/> if no pod that counts is measured.</summary>
    public static ReplicaTotal? Of(List<Pod> pods, ImmutableArray<ReplicaReading> readings) =>
        Sum(pods, readings, readyOnly: true) ?? Sum(pods, readings, readyOnly: false);

    private static ReplicaTotal? Sum(List<Pod> pods, ImmutableArray<ReplicaReading> readings, bool readyOnly)
    {
        var total = new ReplicaTotal(0, 0, 0, DateTimeOffset.MaxValue);
        for (var i = 0; i < pods.Count; i++)
        {
            var replica = pods[i].Replica;
            if (replica is not { Phase: ReplicaPhase.Running, IsTerminating: false } || readings[i].Value is not { } value) continue;
            if (readyOnly && replica.Readiness != ReplicaReadiness.Ready) continue;
            var at = readings[i].At;
            var request = (decimal)(readings[i].Request ?? 0);
            total = new(total.Count + 1, total.Value + (decimal)value, total.Request + request, at < total.At ? at : total.At);
        }

        return total.Count == 0 ? null : total;
    }
}
