using AutoScaling.Tests.Readme;

namespace AutoScaling.Kubernetes.Tests.Resources;

/// <summary>The definition that users apply.</summary>
public sealed class DefinitionTests
{
    private const string Path = "samples/AutoScaling.KubernetesWorker/manifests/crd.yaml";

    [Fact]
    public void Definition_TheFileOfTheSample_IsMadeFromTheTables()
    {
        var file = Document.PathOf(Path);
        if (Environment.GetEnvironmentVariable("AUTOSCALING_WRITE_GENERATED") == "1") File.WriteAllText(file, ScalingPolicyResource.Definition());
        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == ScalingPolicyResource.Definition(),
            $"{Path} is not what the tables of settings say. Run the tests once with AUTOSCALING_WRITE_GENERATED=1 to write it again.");
    }

    // kubectl apply keeps what was applied in an annotation, which holds 256 KiB.
    [Fact]
    public void Definition_IsSmallEnoughForKubectlApply() => Assert.InRange(ScalingPolicyResource.Definition().Length, 1, 128 * 1024);

    [Fact]
    public void Definition_RulesOfTheUsers_AreInIt()
    {
        var definition = ScalingPolicyResource.Definition([RuleType.Create("cpuHere", new Cluster.CpuRule())]);
        Assert.Contains("\"cpuHere\"]", definition, StringComparison.Ordinal);
    }
}
