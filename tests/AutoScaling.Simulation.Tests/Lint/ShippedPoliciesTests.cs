using Microsoft.Extensions.Configuration;
using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

/// <summary>What the library proposes itself has no traps, or only such as are true of it.</summary>
public sealed class ShippedPoliciesTests
{
    private static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static TheoryData<string> Files => ["samples/AutoScaling.Sample/policies.yaml", "samples/AutoScaling.Sample/simulated.yaml", "samples/AutoScaling.Sample/backtest.yaml"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Check_PoliciesOfTheSample_AreFine(string file)
    {
        var policies = PolicyDocument.Load(Path.Combine(Root, file));
        Assert.NotEmpty(policies);

        // The interval of the sample's loop.
        Assert.All(policies, policy => None(policy, new() { Interval = Seconds(1) }));
    }

    [Fact]
    public void Check_PoliciesOfTheReadme_AreFine()
    {
        var yaml = Blocks("yaml").SelectMany(text => PolicyDocument.ParseYaml(text)).ToList();
        var json = Blocks("json").SelectMany(text =>
        {
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            return PolicyDocument.FromConfiguration(new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("AutoScaling"));
        }).ToList();
        Assert.True(yaml.Count >= 2 && json.Count >= 2, "The README shows fewer policies than it did.");
        Assert.All(yaml.Concat(json), policy => None(policy));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(180)]
    public void Check_TheDefaults_AreFine(int startDelay)
    {
        var options = new LintOptions { StartDelay = Seconds(startDelay) };
        None(new() { Target = "web" }, options);
        None(ScalingPolicy.For("web", new()), options);
        None(ScalingPolicy.For("web", new() { MemoryTarget = 80 }), options);
        foreach (var target in new[] { 50, 60, 70, 80 }) None(Policy(new ThresholdRule { CpuTarget = target, MemoryTarget = 80 }), options);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(70)]
    [InlineData(80)]
    public void Check_KubernetesAtItsOwnInterval_IsFine(double target) => None(
        Policy(Tracking(target)) with { Behavior = ScalingBehavior.Kubernetes, Interval = Seconds(15) },
        new() { StartDelay = Seconds(180) });

    [Fact]
    public void Check_KubernetesAtTheLoopsInterval_IsSlowerThanKubernetes() => Assert.Equal(
        ("long-interval", "behavior.scaleUp.rateLimits",
            "The policy is evaluated every 30s, so the limit of 4 replicas per 15s never counts an earlier change: it allows as much once every 30s, 2 times slower than it says. Set its period to 30s or more, or evaluate every 15s."),
        Only(Policy(Tracking(60)) with { Behavior = ScalingBehavior.Kubernetes }));

    private static IEnumerable<string> Blocks(string language)
    {
        var text = File.ReadAllText(Path.Combine(Root, "README.md"));
        var open = $"```{language}\n";
        for (var at = text.IndexOf(open, StringComparison.Ordinal); at >= 0; at = text.IndexOf(open, at, StringComparison.Ordinal))
        {
            at += open.Length;
            yield return text[at..text.IndexOf("```", at, StringComparison.Ordinal)];
        }
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "AutoScaling.Library.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("There is no repository around the tests."));
}
