using System.Text.Json;
using CsCheck;

namespace AutoScaling.Tests.Policies;

/// <summary>Policies through <see cref="JsonSerializer"/>, without a word about how.</summary>
public sealed class PolicyJsonTests
{
    [Fact]
    public void Serialize_AnyPolicy_ReadsBackEqual() => PolicyGen.Policy.Sample(
        policy =>
        {
            var read = JsonSerializer.Deserialize<ScalingPolicy>(JsonSerializer.Serialize(policy))!;
            Assert.Equal(PolicyGen.Dump([policy]), PolicyGen.Dump([read]));
            Assert.Equal(policy.Rules, read.Rules);
            Assert.Equal(policy.Behavior, read.Behavior);
            Assert.Equal(policy.Shadows, read.Shadows);
            Assert.Equal(policy, read);
        },
        iter: 500);

    [Fact]
    public void Serialize_AShadowByItself_ReadsBackEqual()
    {
        ShadowPolicy shadow = new() { Name = "calmer", Policy = new() { Target = "web", Behavior = ScalingBehavior.Kubernetes, Range = new(2, 3) } };
        Assert.Equal(shadow, JsonSerializer.Deserialize<ShadowPolicy>(JsonSerializer.Serialize(shadow)));
    }

    [Fact]
    public void Serialize_InsideAnotherValue_IsNamedAsInDocuments() => Assert.Equal(
        """{"Item1":{"service":"web","max":12,"memoryTarget":80}}""",
        JsonSerializer.Serialize(new { Item1 = new ScalingPolicy { Target = "web", Range = new(1, 12), Rules = [new ThresholdRule { MemoryTarget = 80 }] } }));

    [Fact]
    public void Serialize_ARuleOfTheUsers_NeedsItsTypeToBeReadBack()
    {
        ScalingPolicy policy = new() { Target = "web", Rules = [new Readme.Snippets.NightRule()] };
        var unknown = JsonSerializer.Serialize(policy);
        Assert.Equal("""{"service":"web","rules":[{"type":"AutoScaling.Tests.Readme.Snippets\u002BNightRule","name":"night"}]}""", unknown);
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ScalingPolicy>(unknown));
        Assert.Equal(
            "rules[0]: Type must be targetTracking, backlog, step, schedule, forecast, latency, concurrency, fixed or threshold, but is 'AutoScaling.Tests.Readme.Snippets+NightRule'.",
            error.Message);

        var options = new JsonSerializerOptions { Converters = { new PolicyJsonConverter([RuleType.Create("night", new Readme.Snippets.NightRule())]) } };
        Assert.Equal(policy, JsonSerializer.Deserialize<ScalingPolicy>(JsonSerializer.Serialize(policy, options), options));
    }

    [Theory]
    [InlineData("""{"service":"web","min":3,"max":2}""", "Max must be at least Min (3), but is 2.")]
    [InlineData("""{"max":2}""", "Service is required for a policy.")]
    [InlineData("""{"service":"web","Range":{}}""", "'Range' is not a setting of a policy.")]
    [InlineData("[]", "A policy must be an object.")]
    public void Deserialize_WhatIsNoPolicy_IsRefusedInTheReadersWords(string json, string error) =>
        Assert.Equal(error, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ScalingPolicy>(json)).Message);
}
