namespace AutoScaling.Tests.Policies;

/// <summary>One setting of a policy, named as in documents.</summary>
public sealed class PolicyPathTests
{
    private static readonly ScalingPolicy Policy = new() { Target = "web", Behavior = ScalingBehavior.Kubernetes };

    [Fact]
    public void With_AnySetting_ChangesOnlyThat()
    {
        Assert.Equal(Policy with { Range = new(1, 25) }, PolicyDocument.With(Policy, "max", "25"));
        Assert.Equal(Policy with { Rules = [new ThresholdRule { CpuTarget = 55 }] }, PolicyDocument.With(Policy, "Rules[0].CPUtarget", "55"));
        Assert.Equal(TimeSpan.FromMinutes(1), PolicyDocument.With(Policy, "behavior.scaleDown.cooldown", "1m").Behavior.ScaleDown.Cooldown);
    }

    [Fact]
    public void With_ASettingOfARuleOfTheUsers_IsFoundByItsTable()
    {
        var type = RuleTypeTests.Age;
        var policy = PolicyDocument.ParseYaml("policies: { web: { rules: [ { type: age, metric: a } ] } }", ruleTypes: [type])[0];
        Assert.NotEqual(policy, PolicyDocument.With(policy, "rules[0].limit", "7s", [type]));
        Assert.Equal(
            ["rules[0]: Limit must be at least 0, but is -1s."],
            Assert.Throws<ScalingException>(() => PolicyDocument.With(policy, "rules[0].limit", "-1s", [type])).Errors);
    }

    [Theory]
    [InlineData("cpuTargt", "5", "'cpuTargt' is not a setting of a policy; did you mean 'cpuTarget'?")]
    [InlineData("rules[1].cpuTarget", "5", "Path must name a setting of the policy of 'web', but in 'rules[1].cpuTarget' there is no 'rules[1]', as rules has 1 of them.")]
    [InlineData("behavior..cooldown", "5s", "Path must be a setting as in rules[0].target, but is 'behavior..cooldown'.")]
    [InlineData("behavior.scaleDown.cooldown", "5", "behavior.scaleDown: Cooldown must be a duration such as 30s, 5m or 00:05:00, but is '5'.")]
    public void With_NoSuchSettingOrValue_IsOneSentence(string path, string value, string error) =>
        Assert.Equal([error], Assert.Throws<ScalingException>(() => PolicyDocument.With(Policy, path, value)).Errors);
}
