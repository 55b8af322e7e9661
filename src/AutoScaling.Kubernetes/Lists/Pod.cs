using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>A pod, as far as scaling looks at it.</summary>
internal sealed class Pod : INamed, IKept<PodItem, Pod>
{
    // A pod that says "not ready", and has said so since less than this time after its start, has never been ready. If it began to say so
    // later, it was ready before. Source: the HPA's initial readiness delay.
    private static readonly TimeSpan InitialReadinessDelay = TimeSpan.FromSeconds(30);

    public Pod(PodItem item)
    {
        if (item.Metadata is not { Name: { } name, Namespace: { } space } metadata)
            throw new ApiException("the API server's list holds a pod without a name", null);
        Namespace = space;
        ResourceVersion = metadata.ResourceVersion;
        Labels = metadata.Labels;
        Controller = metadata.OwnerReferences?.Find(o => o.Controller);
        Requests = PodRequests.Of(item.Spec);
        var ready = item.Status?.Conditions?.Find(c => c.Type is "Ready");
        Replica = new()
        {
            Name = name,
            Phase = item.Status?.Phase switch
            {
                "Running" => ReplicaPhase.Running,
                "Succeeded" => ReplicaPhase.Succeeded,
                "Failed" => ReplicaPhase.Failed,
                _ => ReplicaPhase.Pending,
            },
            IsTerminating = metadata.DeletionTimestamp is not null,
            Readiness = ready?.Status switch
            {
                "True" => ReplicaReadiness.Ready,
                "False" => ReplicaReadiness.NotReady,
                null => ReplicaReadiness.NotReported,
                _ => ReplicaReadiness.Unknown,
            },
            StartedAt = item.Status?.StartTime,
            ReadinessChangedAt = ready?.LastTransitionTime,
        };
    }

    public static Pod Of(PodItem item) => new(item);

    public string Namespace { get; }

    public string Name => Replica.Name;

    /// <summary>Is another one whenever anything of the pod has changed.</summary>
    public string? ResourceVersion { get; }

    public Dictionary<string, string>? Labels { get; }

    /// <summary>What made it; <see langword="null"/> if nothing says that it did.</summary>
    public PodOwner? Controller { get; }

    /// <summary>What its containers requested.</summary>
    public PodRequests Requests { get; }

    /// <summary>The pod as the engine sees it.</summary>
    public Replica Replica { get; }

    /// <summary>Whether it runs and has never been ready, as far as can be told.</summary>
    public bool IsStarting => Replica.ReadinessChangedAt is not { } changed
        || Replica.StartedAt is not { } started
        || changed - started < InitialReadinessDelay;
}
