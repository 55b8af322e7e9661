using System.Collections.Immutable;
using AutoScaling.Kubernetes.Lists;

namespace AutoScaling.Kubernetes.Scaling;

/// <summary>Counts a target's pods by what they are doing.</summary>
internal static class ReplicaCounts
{
    public static ReplicaStatus Of(Workload workload, List<Pod> pods)
    {
        int ready = 0, starting = 0, unready = 0, terminating = 0;
        var members = ImmutableArray.CreateBuilder<Replica>(pods.Count);
        foreach (var pod in pods)
        {
            var replica = pod.Replica;
            members.Add(replica);
            if (replica.IsTerminating) terminating++;
            else if (replica.Phase is ReplicaPhase.Succeeded or ReplicaPhase.Failed) continue;
            else if (replica.Phase == ReplicaPhase.Pending) starting++;
            else if (replica.Readiness == ReplicaReadiness.Ready) ready++;
            else if (pod.IsStarting) starting++;
            else unready++;
        }

        return new()
        {
            Desired = workload.Desired,
            Existing = workload.Existing,
            Ready = ready,
            Starting = starting,
            Unready = unready,
            Terminating = terminating,
            Members = members.MoveToImmutable(),
        };
    }
}
