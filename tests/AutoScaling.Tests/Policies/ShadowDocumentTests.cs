namespace AutoScaling.Tests.Policies;

/// <summary>Shadows in policy documents: each has what its policy has, unless it says otherwise.</summary>
public sealed class ShadowDocumentTests
{
    public static TheoryData<string, string[]> Errors => new()
    {
        { "max: 20", ["policies[0] (web).shadows[0]: Name is required for a shadow."] },
        { "name: ''", ["policies[0] (web).shadows[0]: Name of a shadow must not be empty, but is ''."] },
        { "name: low, min: 9", ["policies[0] (web).shadows[0] (low): Max must be at least Min (9), but is 8."] },
        { "name: low, cpuTarget: 0", ["policies[0] (web).shadows[0] (low): CpuTarget must be more than 0, but is 0."] },
        { "name: low, interval: 5s", ["policies[0] (web).shadows[0] (low): 'interval' is not a setting of a shadow."] },
        { "name: low, service: api", ["policies[0] (web).shadows[0] (low): 'service' is not a setting of a shadow."] },
        { "name: low, shadows: []", ["policies[0] (web).shadows[0] (low): 'shadows' is not a setting of a shadow."] },
        { "name: low, rules: [ { type: fixed } ]", ["policies[0] (web).shadows[0] (low).rules[0]: Replicas is required for a rule of type fixed."] },
        {
            "name: low, cpuTarget: 5, rules: [ { type: fixed, replicas: 1 } ]",
            ["policies[0] (web).shadows[0] (low): Rules must not be set beside CpuTarget: that is short for a rule of type threshold, so set it in such a rule."]
        },
        { "name: low, behavior: { scaleUp: { cooldown: 2d } }", ["policies[0] (web).shadows[0] (low).behavior.scaleUp: Cooldown must be between 0 and 24 hours, but is 2d."] },
        { "name: low }, { name: low", ["policies[0] (web): Shadows must have different names, but 2 are named 'low'."] },
    };

    [Fact]
    public void ParseYaml_ShadowOfAPolicy_HasTheRestFromIt()
    {
        var policy = Assert.Single(PolicyDocument.ParseYaml(
            """
            policies:
              - service: web
                min: 2
                max: 8
                interval: 10s
                memoryTarget: 80
                behavior:
                  preset: kubernetes
                  scaleUp: { cooldown: 30s }
                shadows:
                  - name: lower
                    cpuTarget: 50
                  - name: wider
                    max: 20
                    behavior: { scaleUp: { tolerance: 0 } }
                  - name: tracking
                    rules:
                      - { type: targetTracking, metric: cpu, target: 60 }
            """));

        Assert.Equal(["lower", "wider", "tracking"], policy.Shadows.Select(s => s.Name));
        var lower = policy.Shadows[0].Policy;
        Assert.Equal(new ThresholdRule { CpuTarget = 50, MemoryTarget = 80 }, Assert.Single(lower.Rules));
        Assert.Equal((policy.Target, policy.Range, policy.Behavior, policy.Interval), (lower.Target, lower.Range, lower.Behavior, lower.Interval));
        var wider = policy.Shadows[1].Policy;
        Assert.Equal((2, 20, policy.Rules), (wider.Range.Min, wider.Range.Max, wider.Rules));
        Assert.Equal((0, TimeSpan.FromSeconds(30)), (wider.Behavior.ScaleUp.Tolerance, wider.Behavior.ScaleUp.Cooldown));
        Assert.IsType<TargetTrackingRule>(Assert.Single(policy.Shadows[2].Policy.Rules));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void ParseYaml_ShadowIsWrong_NamesIt(string shadow, string[] errors) => Assert.Equal(
        errors,
        Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml($"policies: [ {{ service: web, max: 8, shadows: [ {{ {shadow} }} ] }} ]")).Errors);

    [Fact]
    public void ToYaml_Shadows_SayOnlyWhatDiffers()
    {
        ScalingPolicy active = new() { Target = "web", Range = new(1, 20), Rules = [new ThresholdRule { CpuTarget = 60, MemoryTarget = 80 }] };
        var text = PolicyDocument.ToYaml([active with
        {
            Shadows =
            [
                new() { Name = "lower", Policy = active with { Rules = [new ThresholdRule { CpuTarget = 50 }] } },
                new() { Name = "same", Policy = active },
            ],
        }]);
        Assert.EndsWith(
            """
                shadows:
                  - {name: lower, cpuTarget: 50, memoryTarget: null}
                  - {name: same}

            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_RuleOfAShadowHasNoType_NamesTheShadow()
    {
        ScalingPolicy policy = new()
        {
            Target = "web",
            Shadows = [new() { Name = "night", Policy = new() { Target = "web", Rules = [new Readme.Snippets.NightRule()] } }],
        };
        Assert.Equal(
            "policies[0] (web): Shadow 'night': Rules must be of types that documents know, but 'night' (NightRule) is not; pass a RuleType for it.",
            Assert.Throws<ScalingException>(() => PolicyDocument.ToJson([policy])).Message);
    }

    [Fact]
    public void Policy_OfAShadowThatHasShadows_LeavesThemOut()
    {
        ScalingPolicy policy = new() { Target = "web" };
        var shadowed = policy with { Shadows = [new() { Name = "a", Policy = policy }] };
        Assert.Empty(new ShadowPolicy { Name = "b", Policy = shadowed }.Policy.Shadows);
    }
}
