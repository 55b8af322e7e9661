using System.Text;
using Microsoft.Extensions.Configuration;

namespace AutoScaling.Tests.Policies;

public sealed class ConfigurationTests
{
    private const string Json = """
        {
          "AutoScaling": {
            "Interval": "00:00:30",
            "Defaults": { "Max": 20, "MemoryTarget": 80 },
            "Policies": [
              { "Service": "web", "Min": 2, "MemoryTarget": null },
              { "Service": "orders", "Rules": [ { "Type": "Fixed", "Replicas": 3 } ], "Behavior": { "Preset": "kubernetes", "ScaleUp": { "RateLimits": [] } } }
            ]
          }
        }
        """;

    [Fact]
    public void FromConfiguration_ASectionWithOtherOptions_ReadsPoliciesAndDefaultsOnly()
    {
        ScalingPolicy[] expected =
        [
            new() { Target = "web", Range = new(2, 20) },
            new()
            {
                Target = "orders",
                Range = new(1, 20),
                Rules = [new FixedRule { Replicas = 3 }],
                Behavior = ScalingBehavior.Kubernetes with { ScaleUp = ScalingBehavior.Kubernetes.ScaleUp with { RateLimits = [] } },
            },
        ];
        Assert.Equal(PolicyGen.Dump(expected), PolicyGen.Dump(PolicyDocument.FromConfiguration(Section())));
    }

    [Fact]
    public void FromConfiguration_EnvironmentVariables_OverrideTheFile()
    {
        // Prefixed, so that no other test sees them; the prefix is cut off.
        const string prefix = "POLICIES_TEST_";
        var variables = new Dictionary<string, string?>
        {
            ["AutoScaling__Policies__0__Max"] = "25",
            ["AutoScaling__POLICIES__0__MEMORYTARGET"] = "90",
            ["AutoScaling__Policies__1__Rules__1__Type"] = "targetTracking",
            ["AutoScaling__Policies__1__Rules__1__Metric"] = "cpu",
            ["AutoScaling__Policies__1__Rules__1__Target"] = "60",
            ["AutoScaling__Policies__1__Behavior__ScaleUp__RateLimits__0__Percent"] = "50",
            ["AutoScaling__Policies__1__Behavior__ScaleUp__RateLimits__0__Period"] = "1m",
            ["AutoScaling__Policies__10__Service"] = "late",
            ["AutoScaling__Policies__2__Service"] = "early",
        };
        foreach (var (name, value) in variables) Environment.SetEnvironmentVariable(prefix + name, value);
        try
        {
            var policies = PolicyDocument.FromConfiguration(new ConfigurationBuilder().AddJsonStream(Stream(Json)).AddEnvironmentVariables(prefix).Build().GetSection("AutoScaling"));
            Assert.Equal(["web", "orders", "early", "late"], policies.Select(policy => policy.Target.Name));
            Assert.Equal(new(2, 25), policies[0].Range);
            Assert.Equal(90, ((ThresholdRule)policies[0].Rules[0]).MemoryTarget);
            Assert.Equal([new FixedRule { Replicas = 3 }, new TargetTrackingRule { Metric = "cpu", Target = 60 }], policies[1].Rules);
            Assert.Equal([RateLimit.Percent(50, TimeSpan.FromMinutes(1))], policies[1].Behavior.ScaleUp.RateLimits);
        }
        finally
        {
            foreach (var name in variables.Keys) Environment.SetEnvironmentVariable(prefix + name, null);
        }
    }

    [Fact]
    public void FromConfiguration_AnEmptyText_IsNoValueWhereThereNeedBeNone()
    {
        var section = Section(("AutoScaling:Policies:1:MemoryTarget", ""), ("AutoScaling:Policies:1:Rules", null), ("AutoScaling:Policies:1:Interval", ""));
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.FromConfiguration(section));
        Assert.Equal(["policies[1] (orders): Rules must not be set beside MemoryTarget: that is short for a rule of type threshold, so set it in such a rule."], error.Errors);

        var policy = PolicyDocument.FromConfiguration(Section(("AutoScaling:Policies:0:MemoryTarget", ""), ("AutoScaling:Policies:0:Interval", "")))[0];
        Assert.Null(((ThresholdRule)policy.Rules[0]).MemoryTarget);
        Assert.Null(policy.Interval);
    }

    [Fact]
    public void FromConfiguration_BrokenSettings_AreAllReported()
    {
        var section = Section(
            ("AutoScaling:Defaults:Maximum", "3"),
            ("AutoScaling:Policies:0:Min", "two"),
            ("AutoScaling:Policies:0:Memory", "two"),
            ("AutoScaling:Policies:1:Rules:0:Replicas", "-1"),
            ("AutoScaling:Policies:7:Max", "20"));
        Assert.Equal(
            [
                "defaults: 'Maximum' is not a setting of the defaults.",
                "policies[0] (web): Min must be a whole number, but is 'two'.",
                "policies[0] (web): 'Memory' is not a setting of a policy.",
                "policies[1] (orders).rules[0]: Replicas must be at least 0, but is -1.",
                "policies[7]: Service is required for a policy.",
            ],
            Assert.Throws<ScalingException>(() => PolicyDocument.FromConfiguration(section)).Errors);
    }

    [Theory]
    [InlineData("AutoScaling:Policies", "web", "Policies must be a list or a map, but is 'web'.")]
    [InlineData("AutoScaling:Policies:web", "3", "Policies.web must be a block of settings, but is '3'.")]
    [InlineData("AutoScaling:Defaults", "3", "Defaults must be a block of settings, but is '3'.")]
    public void FromConfiguration_AnotherShape_IsOneSentence(string key, string value, string error)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build().GetSection("AutoScaling");
        Assert.Equal([error], Assert.Throws<ScalingException>(() => PolicyDocument.FromConfiguration(section)).Errors);
    }

    [Fact]
    public void FromConfiguration_VeryDeepKeys_AreOneSentence()
    {
        var key = "AutoScaling:Policies" + string.Concat(Enumerable.Repeat(":0", 10_000));
        var section = new ConfigurationBuilder().AddInMemoryCollection([new(key, "x")]).Build().GetSection("AutoScaling");
        Assert.Equal(
            ["Configuration must be nested at most 64 deep, but 'AutoScaling:Policies:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0...' is deeper."],
            Assert.Throws<ScalingException>(() => PolicyDocument.FromConfiguration(section)).Errors);
    }

    [Fact]
    public void FromConfiguration_NoPolicies_AreNone() => Assert.Empty(PolicyDocument.FromConfiguration(new ConfigurationBuilder().Build()));

    [Fact]
    public void FromConfiguration_TheRoot_IsReadLikeASection()
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection([new("Policies:0:Service", "web"), new("Unrelated", "x")]).Build();
        Assert.Equal("web", Assert.Single(PolicyDocument.FromConfiguration(root)).Target.Name);
    }

    private static IConfigurationSection Section(params (string Key, string? Value)[] overrides) => new ConfigurationBuilder()
        .AddJsonStream(Stream(Json))
        .AddInMemoryCollection(overrides.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)))
        .Build()
        .GetSection("AutoScaling");

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
