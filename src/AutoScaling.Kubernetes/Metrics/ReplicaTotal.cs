using System.Collections.Immutable;

namespace AutoScaling.Kubernetes;

/// <summary>Adds up the readings of a target's pods to what is said of the whole target.</summary>
/// <remarks>
/// Counted are the pods that are ready; if none of them is measured, those that run. A pod that is being deleted, has ended or is not running yet says nothing of the load.
/// The time is that of the oldest reading that counts: a pod that is not measured any longer makes the whole reading old in the end, instead of counting for ever.
/// (The HPA does not look at the age of metrics at all.) Added up are decimals, so that 20 pods at 70 % are at 70 %, and not at a trillionth more.
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
            total = new(total.Count + 1, total.Value + (decimal)value, total.Request + (decimal)(readings[i].Request ?? 0), at < total.At ? at : total.At);
        }

        return total.Count == 0 ? null : total;
    }
}
