using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>What the manifests have the kubelet and Prometheus ask for.</summary>
internal static class Probes
{
    public static string Live => Container.LivenessProbe.HttpGet.Path;

    public static string Ready => Container.ReadinessProbe.HttpGet.Path;

    public static string Metrics => Template.Metadata.Annotations["prometheus.io/path"];

    private static V1PodTemplateSpec Template => Manifests.Find<V1Deployment>("base/worker.yaml").Spec.Template;

    private static V1Container Container => Template.Spec.Containers[0];
}
