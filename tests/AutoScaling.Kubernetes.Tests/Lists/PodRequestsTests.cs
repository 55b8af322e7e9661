using System.Text.Json;

namespace AutoScaling.Kubernetes.Tests.Lists;

/// <summary>Sidecars and requests of whole pods are newer than the API server of the tests, which would not keep them.</summary>
public sealed class PodRequestsTests
{
    [Theory]
    [InlineData("""{"containers": [{"name": "a", "resources": {"requests": {"cpu": "100m", "memory": "1Ki"}}}, {"name": "b", "resources": {"requests": {"cpu": 1}}}]}""", 1100, null, null, "b")]
    [InlineData("""{"containers": [{"name": "a", "resources": {"requests": {"cpu": "1500u"}}}, {"name": "b", "resources": {"requests": {"cpu": "1500u"}}}]}""", 4, null, null, "a")]
    [InlineData("""{"containers": [{"name": "a", "resources": {}}, {"name": "b"}]}""", null, "a", null, "a")]
    [InlineData("""{"containers": [{"name": "a", "resources": {"requests": {"cpu": "what"}}}]}""", null, "a", null, "a")]
    [InlineData("""{"initContainers": [{"name": "i", "resources": {"requests": {"cpu": 9}}}], "containers": [{"name": "a", "resources": {"requests": {"cpu": 1, "memory": 2}}}]}""", 1000, null, 2000L, null)]
    [InlineData("""{"initContainers": [{"name": "s", "restartPolicy": "Always", "resources": {"requests": {"cpu": 2}}}], "containers": [{"name": "a", "resources": {"requests": {"cpu": 1, "memory": 2}}}]}""", 3000, null, null, "s")]
    [InlineData("""{"resources": {"requests": {"cpu": 5}}, "containers": [{"name": "a", "resources": {"requests": {"cpu": 1}}}]}""", 5000, null, null, "a")]
    [InlineData("{}", 0, null, 0L, null)]
    public void Of_Pod_AddsUpAsTheHpa(string spec, int? cpu, string? withoutCpu, long? memory, string? withoutMemory)
    {
        var pod = JsonSerializer.Deserialize($$$"""{"object": {"spec": {{{spec}}} } }""", ListsJson.Default.WatchEventPodItem)!.Object!;
        var requests = PodRequests.Of(pod.Spec);
        Assert.Equal((cpu, withoutCpu), (requests.Of(PodResource.Cpu, out var cpuMissing), cpuMissing));
        Assert.Equal((memory, withoutMemory), (requests.Of(PodResource.Memory, out var memoryMissing), memoryMissing));
    }
}
