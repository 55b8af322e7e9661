using AutoScaling.Tool.Backtests;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Tests.Backtests;

public sealed class SweepingTests
{
    private static readonly ScalingPolicy Short = PolicyDocument.ParseJson("""{ "policies": [ { "service": "web", "cpuTarget": 60, "memoryTarget": 80 } ] }""")[0];

    private static readonly ScalingPolicy Long = PolicyDocument.ParseJson(
        """{ "policies": [ { "service": "web", "rules": [ { "type": "targetTracking", "metric": "cpu", "target": 60 }, { "type": "fixed", "replicas": 2 } ], "behavior": { "preset": "kubernetes" } } ] }""")[0];

    [Theory]
    [InlineData("cpuTarget=50,60.5,7e1", "cpuTarget", new[] { 50, 60.5, 70 })]
    [InlineData("cpuTarget=0.1..0.3..0.1", "cpuTarget", new[] { 0.1, 0.2, 0.3 })]
    [InlineData("max=5..9..3", "max", new[] { 5.0, 8 })]
    [InlineData("max=5..5..1", "max", new[] { 5.0 })]
    [InlineData("interval=500ms,1m,1h", "interval (s)", new[] { 0.5, 60, 3600 })]
    [InlineData("behavior.scaleDown.cooldown=0s..2m..30s", "behavior.scaleDown.cooldown (s)", new[] { 0.0, 30, 60, 90, 120 })]
    public void Parse_ListOrRange_GivesItsValues(string text, string name, double[] values)
    {
        var sweep = Sweeping.Parse(text);
        Assert.Equal(name, sweep.Name);
        Assert.Equal(values, sweep.Values);
    }

    [Theory]
    [InlineData("max")]
    [InlineData("max=")]
    [InlineData("=5,6")]
    [InlineData("max=5,six")]
    [InlineData("max=5,6s")]
    [InlineData("max=5..9")]
    [InlineData("max=5..9..1..1")]
    [InlineData("max=NaN")]
    public void Parse_NoSweep_SaysWhatOneIs(string text) => AssertWrong(
        $"--sweep must be SETTING=VALUE,VALUE,... or SETTING=FROM..TO..STEP, with numbers or with times, such as cpuTarget=50,60,70 or behavior.scaleDown.cooldown=1m..10m..1m, but is '{text}'.",
        () => Sweeping.Parse(text));

    [Theory]
    [InlineData("max=9..5..1")]
    [InlineData("max=5..9..0")]
    [InlineData("max=5..9..-1")]
    [InlineData("max=0..1000..1")]
    public void Parse_RangeThatDoesNotEnd_IsRefused(string text) =>
        AssertWrong($"--sweep must go up from FROM to TO, with a STEP more than 0 and at most 1000 values, but is '{text}'.", () => Sweeping.Parse(text));

    [Fact]
    public void Parse_ValueTwice_IsRefused() => AssertWrong("--sweep must have different values, but is 'max=5,5.0'.", () => Sweeping.Parse("max=5,5.0"));

    [Fact]
    public void Apply_Setting_ChangesOnlyThat()
    {
        Assert.Equal([new ThresholdRule { CpuTarget = 75, MemoryTarget = 80 }], Apply(Short, "cpuTarget=75").Rules);
        Assert.Equal([new ThresholdRule { CpuTarget = 60, MemoryTarget = 75 }], Apply(Short, "rules[0].memoryTarget=75").Rules);
        Assert.Equal(Long.Rules.SetItem(0, new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 75 }), Apply(Long, "RULES[0].Target=75").Rules);
        Assert.Equal(new ReplicaRange(1, 75), Apply(Long, "max=75").Range);
        Assert.Equal(TimeSpan.FromSeconds(75), Apply(Long, "interval=75s").Interval);

        var behavior = Apply(Long, "behavior.scaleDown.stabilizationWindow=1m").Behavior;
        Assert.Equal(ScalingBehavior.Kubernetes with { ScaleDown = ScalingBehavior.Kubernetes.ScaleDown with { StabilizationWindow = TimeSpan.FromMinutes(1) } }, behavior);
    }

    [Theory]
    [InlineData("rules[2].target=5", "--sweep rules[2].target=5: Path must name a setting of the policy of 'web', but in 'rules[2].target' there is no 'rules[2]', as rules has 2 of them.")]
    [InlineData("limits[0]=5", "--sweep limits[0]=5: Path must name a setting of the policy of 'web', but in 'limits[0]' there is no 'limits[0]', as limits has 0 of them.")]
    [InlineData("service.max=5", "--sweep service.max=5: Path must name a setting of the policy of 'web', but in 'service.max' 'service' is no block of settings.")]
    [InlineData("rules[x].target=5", "--sweep rules[x].target=5: Path must be a setting as in rules[0].target, but is 'rules[x].target'.")]
    [InlineData("behavior..cooldown=5s", "--sweep behavior..cooldown=5s: Path must be a setting as in rules[0].target, but is 'behavior..cooldown'.")]
    [InlineData("behavior.scaleDwn.cooldown=5s", "--sweep behavior.scaleDwn.cooldown=5s: behavior: 'scaleDwn' is not a setting of a behavior; did you mean 'scaleDown'?")]
    [InlineData("rules[0].target=0", "--sweep rules[0].target=0: rules[0]: Target must be more than 0, but is 0.")]
    [InlineData("interval=5", "--sweep interval=5: Interval must be a duration such as 30s, 5m or 00:05:00, but is '5'.")]
    [InlineData("cpuTarget=5", "--sweep cpuTarget=5: Rules must not be set beside CpuTarget: that is short for a rule of type threshold, so set it in such a rule.")]
    public void Apply_NoSuchSettingOrValue_IsToldInASentence(string sweep, string sentence) => AssertWrong(sentence, () => Apply(Long, sweep));

    private static ScalingPolicy Apply(ScalingPolicy policy, string sweep)
    {
        var parsed = Sweeping.Parse(sweep);
        return parsed.Apply(policy, parsed.Values[0]);
    }

    private static void AssertWrong(string sentence, Func<object> act) => Assert.Equal([sentence], Assert.Throws<CommandException>(act).Errors);
}
