using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Configuration;

namespace AutoScaling.Tests.Policies;

/// <summary>Whatever is written is read back as it was, also by a reader that has other defaults.</summary>
public sealed class RoundTripTests
{
    private static readonly PolicyDefaults OtherDefaults = new()
    {
        Range = new(3, 4),
        CpuTarget = 33,
        MemoryTarget = 44,
        ScaleUpCooldown = TimeSpan.FromSeconds(1),
        ScaleDownCooldown = TimeSpan.FromSeconds(2),
    };

    [Fact]
    public void ToJson_AnyPolicies_ReadBackEqual() => Same(policies => PolicyDocument.ParseJson(PolicyDocument.ToJson(policies), OtherDefaults));

    [Fact]
    public void ToYaml_AnyPolicies_ReadBackEqual() => Same(policies => PolicyDocument.ParseYaml(PolicyDocument.ToYaml(policies), OtherDefaults));

    [Fact]
    public void ToJson_AnyPoliciesReadAsConfiguration_AreEqual() => Same(policies => PolicyDocument.FromConfiguration(Configuration(PolicyDocument.ToJson(policies)), OtherDefaults));

    [Fact]
    public void ToNode_AnyPolicy_ReadsBackEqual() => Same(policies => [.. policies.Select(policy => PolicyReader.ReadPolicy(PolicyWriter.ToNode(policy)))]);

    [Fact]
    public void ToJson_WhatWasRead_IsTheSameText() => PolicyGen.Policies.Sample(policies =>
    {
        var json = PolicyDocument.ToJson(policies);
        Assert.Equal(json, PolicyDocument.ToJson(PolicyDocument.ParseJson(json)));
        Assert.Equal(PolicyDocument.ToYaml(policies), PolicyDocument.ToYaml(PolicyDocument.ParseYaml(PolicyDocument.ToYaml(policies))));
    });

    [Theory]
    [MemberData(nameof(Traps))]
    public void ToYaml_AServiceWithANameThatMeansSomethingElse_KeepsItsName(string name)
    {
        ScalingPolicy policy = new() { Target = name, Scaler = name };
        foreach (var read in new[] { PolicyDocument.ParseYaml(PolicyDocument.ToYaml([policy])), PolicyDocument.ParseJson(PolicyDocument.ToJson([policy])) })
        {
            Assert.Equal(name, Assert.Single(read).Target.Name);
            Assert.Equal(name, read[0].Scaler);
        }
    }

    [Fact]
    public void ToJson_StepsWithInfiniteEdges_ReadBackAsOpenOnes()
    {
        ScalingStep step = new() { From = double.NegativeInfinity, Below = double.PositiveInfinity, Amount = 1 };
        ScalingPolicy policy = new() { Target = "web", Rules = [new StepRule { Metric = "cpu", Steps = [step] }] };
        var read = Assert.IsType<StepRule>(PolicyDocument.ParseJson(PolicyDocument.ToJson([policy]))[0].Rules[0]);
        Assert.Equal(step with { From = null, Below = null }, Assert.Single(read.Steps));
    }

    public static TheoryData<string> Traps => [.. PolicyGen.Traps];

    private static void Same(Func<ScalingPolicy[], ImmutableArray<ScalingPolicy>> thereAndBack) =>
        PolicyGen.Policies.Sample(policies => Assert.Equal(PolicyGen.Dump(policies), PolicyGen.Dump(thereAndBack(policies))), iter: 1000);

    private static IConfiguration Configuration(string json) => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
