namespace AutoScaling.Kubernetes.Tests.Metrics;

public sealed class KubernetesMetricTests
{
    [Fact]
    public void Factories_Names_AreTheAdaptersUnlessSaid()
    {
        Assert.Equal(("rps", "rps"), (KubernetesMetric.Pods("rps").Name, KubernetesMetric.Pods("rps").Metric));
        var queue = KubernetesMetric.External("datadogmetric@shop:queue") with { Name = "queue", Selector = "queue={name}" };
        Assert.Equal(("queue", "datadogmetric@shop:queue", KubernetesMetricKind.External), (queue.Name, queue.Metric, queue.Kind));
        var requests = KubernetesMetric.Object("requests", "services");
        Assert.Equal(("services", "{name}"), (requests.ObjectResource, requests.ObjectName));
    }

    [Fact]
    public void Factories_BadSettings_AreToldBySentence()
    {
        AssertInvalid("Metric must be a name without spaces and without any of /%?#\\, but is 'a/b'.", () => KubernetesMetric.Pods("a/b"));
        AssertInvalid("Metric must be a name without spaces and without any of /%?#\\, but is ''.", () => KubernetesMetric.External(""));
        AssertInvalid("Name must be a name without spaces and without any of /%?#\\, but is '..'.", () => KubernetesMetric.Object("a", "services", ".."));
        AssertInvalid("Name must be a name, but is ' '.", () => KubernetesMetric.Pods("a") with { Name = " " });
        AssertInvalid("Selector must be a label selector such as queue=orders, but is 'a b'.", () => KubernetesMetric.Pods("a") with { Selector = "a b" });
        AssertInvalid("Resource must be a kind in the plural, such as services or ingresses.networking.k8s.io, but is 'Service'.", () => KubernetesMetric.Object("a", "Service"));
    }

    private static void AssertInvalid(string sentence, Func<object> create)
    {
        var error = Assert.Throws<ScalingException>(create);
        Assert.Equal((ScalingErrorKind.InvalidConfiguration, sentence), (error.Kind, error.Message));
    }
}
