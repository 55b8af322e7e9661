using AutoScaling.Tests.Readme;
using k8s;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>What the worker's manifests say, read from the files that users apply.</summary>
internal static class Manifests
{
    /// <summary>Where the worker is, according to the manifests.</summary>
    public const string Namespace = "autoscaling";

    private const string Folder = "samples/AutoScaling.KubernetesWorker/manifests";

    public static string PathOf(string file = "") => Document.PathOf(Path.Combine(Folder, file));

    /// <summary>All objects of a file.</summary>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Read(string file) => Parse(File.ReadAllText(PathOf(file)));

    /// <summary>All objects of a text. A setting that Kubernetes does not know is an error.</summary>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Parse(string text) =>
        [.. KubernetesYaml.LoadAllFromString(text, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];

    /// <summary>The only object of a kind in a file.</summary>
    public static T Find<T>(string file) => Read(file).OfType<T>().Single();

    /// <summary>What the worker may do with ScalingPolicies in a namespace.</summary>
    public static V1Role PolicyRole => Read("scalingpolicies.yaml").OfType<V1Role>().Single(r => r.Name() == "autoscaling-policies");

    /// <summary>The policies that come with the worker.</summary>
    public static string Policies => Find<V1ConfigMap>("base/policies.yaml").Data["policies.yaml"];
}
