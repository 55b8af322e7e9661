using System.Text.Json;

namespace AutoScaling.Kubernetes.Tests.Lists;

/// <summary>Pods as a server of the 1.36 line writes them: with resizes in place, sidecars, requests of the whole pod and statuses of all of it.</summary>
public sealed class RecentPodTests
{
    // The resize to 2 cores waits for room; 1 core is what the container still has. The HPA, today's too, counts what is asked for.
    private const string Resized = """
        {"metadata": {"name": "web-1", "namespace": "shop", "generation": 2, "labels": {"app": "web"}},
         "spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "2", "memory": "256Mi"}},
                                  "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]}]},
         "status": {"observedGeneration": 2, "phase": "Running", "startTime": "2026-01-01T12:00:00Z",
                    "conditions": [{"type": "PodResizePending", "status": "True", "reason": "Deferred", "observedGeneration": 2, "lastTransitionTime": "2026-01-01T13:00:00Z"},
                                   {"type": "PodReadyToStartContainers", "status": "True", "lastTransitionTime": "2026-01-01T12:00:02Z"},
                                   {"type": "Ready", "status": "True", "observedGeneration": 2, "lastTransitionTime": "2026-01-01T12:00:05Z"}],
                    "containerStatuses": [{"name": "app", "allocatedResources": {"cpu": "1", "memory": "256Mi"},
                                           "resources": {"requests": {"cpu": "1", "memory": "256Mi"}}}]}}
        """;

    private const string Sidecar = """
        {"metadata": {"name": "web-2", "namespace": "shop"},
         "spec": {"initContainers": [{"name": "proxy", "restartPolicy": "Always", "resources": {"requests": {"cpu": "250m", "memory": "64Mi"}},
                                      "startupProbe": {"tcpSocket": {"port": 15021}}},
                                     {"name": "migrate", "restartPolicyRules": [], "resources": {"requests": {"cpu": "4"}}}],
                  "containers": [{"name": "app", "resources": {"requests": {"cpu": "500m", "memory": "128Mi"}}}]},
         "status": {"phase": "Running", "startTime": "2026-01-01T12:00:00Z",
                    "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastTransitionTime": "2026-01-01T12:10:00Z"}],
                    "initContainerStatuses": [{"name": "proxy", "started": true, "ready": true, "state": {"running": {}}},
                                              {"name": "migrate", "state": {"terminated": {"exitCode": 0}}}]}}
        """;

    // What containers request is a part of what the pod requests, and not more.
    private const string WholePod = """
        {"metadata": {"name": "web-3", "namespace": "shop"},
         "spec": {"resources": {"requests": {"cpu": "3"}, "limits": {"cpu": "4"}},
                  "containers": [{"name": "app", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}, {"name": "log"}]},
         "status": {"phase": "Running", "allocatedResources": {"cpu": "3"}, "resources": {"requests": {"cpu": "3"}},
                    "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T12:00:00Z"}]}}
        """;

    [Theory]
    [InlineData(Resized, 2000, null, ReplicaReadiness.Ready)]
    [InlineData(Sidecar, 750, null, ReplicaReadiness.NotReady)]
    [InlineData(WholePod, 3000, "log", ReplicaReadiness.Ready)]
    public void Pod_OfARecentServer_IsReadAsTheHpaReadsIt(string document, int cpu, string? withoutMemory, ReplicaReadiness readiness)
    {
        var pod = new Pod(JsonSerializer.Deserialize($"{{\"object\": {document}}}", ListsJson.Default.WatchEventPodItem)!.Object!);

        Assert.Equal(cpu, pod.Requests.Of(PodResource.Cpu, out _));
        pod.Requests.Of(PodResource.Memory, out var without);
        Assert.Equal(withoutMemory, without);
        Assert.Equal((ReplicaPhase.Running, readiness), (pod.Replica.Phase, pod.Replica.Readiness));
    }
}
