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
/// The time is that of the oldest reading that counts. One that lies more than five minutes from now does not count beside others that do
/// not: its pod is not measured any longer, or the clock of its node is off, and that is no reason not to see the others. If all lie so
/// far from now, the whole reading does. (The HPA does not look at the age of metrics at all.)
/// </para>
/// <para>The sums are decimals, so that 20 pods at 70 % are at 70 %, and not at a trillionth more.</para>
/// </remarks>
internal readonly record struct ReplicaTotal(int Count, decimal Value, decimal Request, DateTimeOffset At)
{
    // As old as a policy lets readings be, if it does not say. The engine takes a pod's reading that is older than its policy allows for
    // none, too.
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    private static readonly ReplicaTotal Nothing = new(0, 0, 0, DateTimeOffset.MaxValue);

    /// <summary>The value in percent of the request.</summary>
    public double Percent => (double)(Value * 100 / Request);

    /// <summary>The average over the pods.</summary>
    public double Average => (double)(Value / Count);

    /// <summary>The total; <see langword="null"/> if no pod that counts is measured.</summary>
    public static ReplicaTotal? Of(List<Pod> pods, ImmutableArray<ReplicaReading> readings, DateTimeOffset now) =>
        Sum(pods, readings, now, readyOnly: true) ?? Sum(pods, readings, now, readyOnly: false);

    private static ReplicaTotal? Sum(List<Pod> pods, ImmutableArray<ReplicaReading> readings, DateTimeOffset now, bool readyOnly)
    {
        ReplicaTotal recent = Nothing, all = Nothing;
        for (var i = 0; i < pods.Count; i++)
        {
            var replica = pods[i].Replica;
            if (replica is not { Phase: ReplicaPhase.Running, IsTerminating: false } || readings[i].Value is not { } value) continue;
            if (readyOnly && replica.Readiness != ReplicaReadiness.Ready) continue;
            all = all.Plus(readings[i], value);
            if ((now - readings[i].At).Duration() <= Recent) recent = recent.Plus(readings[i], value);
        }

        return recent.Count > 0 ? recent : all.Count > 0 ? all : null;
    }

    private ReplicaTotal Plus(ReplicaReading reading, double value) =>
        new(Count + 1, Value + (decimal)value, Request + (decimal)(reading.Request ?? 0), reading.At < At ? reading.At : At);
}
