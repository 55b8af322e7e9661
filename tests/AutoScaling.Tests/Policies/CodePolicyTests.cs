using AutoScaling.Tests.Loop;
using Microsoft.Extensions.Options;

namespace AutoScaling.Tests.Policies;

/// <summary>A policy that code made is checked like one that was read: when the host starts, when it is set, and before it is written.</summary>
public sealed class CodePolicyTests
{
    private static readonly StepRule Queue = new() { Metric = "queue", IsTotal = true, Steps = [new() { From = 5, Amount = 1 }] };

    private static readonly (ScalingPolicy Policy, string[] Errors)[] Wrong =
    [
        (Of(Queue) with { Combine = RuleCombination.Sum, Metrics = [new() { Metric = "queue", IfMissing = MissingMeaning.Ignore }] },
            [": Metrics IfMissing must not be ignore under combine sum, whose other rules do not know what is missing, but is for 'queue'."]),
        (Of(Queue) with { Metrics = [new() { Metric = "queue", AtLeast = 5, AtMost = 3 }] }, [".metrics.queue: AtMost must be at least AtLeast (5), but is 3."]),
        (Of(Queue, new TargetTrackingRule { Metric = "cpu", Target = 5, Activation = new() { Above = 1 } }),
            [".rules[1] (cpu): Activation must be left out or on a metric that exists without replicas, but Kind is Utilization: percent of what replicas requested."]),
        (Of(new ScheduleRule { Replicas = 3 }), [".rules[0] (schedule): Start is required for a schedule.", ".rules[0] (schedule): End is required for a schedule."]),
        (Of(new ScheduleRule { Replicas = 3, From = "2026-12-26" }), [".rules[0] (schedule): To is required for a schedule."]),
        (Of(new ScheduleRule { Replicas = 3, From = "2026-12-26", To = "2026-12-24" }), [".rules[0] (schedule): To must be after From ('2026-12-26'), but is '2026-12-24'."]),
        (Of(new ScheduleRule { Replicas = 3, Start = "0 8 * * *", End = "0 9 * * *", From = "2026-12-26", To = "2026-12-28" }),
            [".rules[0] (schedule): Start and End must not be set beside From and To: it is either the one or the other."]),
        (Of(Queue with { During = new() { From = "2026-12-26T10:00", To = "2026-12-26T10:00" } }), [".rules[0] (step).during: To must be after From ('2026-12-26T10:00'), but is '2026-12-26T10:00'."]),
        (Of(Queue with { During = new() { Rule = "night" } }), [": During of 'step' must be the name of another rule of type schedule beside it, or a block with times, but is 'night'."]),
        (Of(Night, Queue with { During = new() { Rule = "night", Except = ["2026-12-24"] } }),
            [".rules[1] (step): During must be the name of a schedule or have times of its own, but names 'night' and has more beside it."]),
        (Of(Queue) with { Behavior = new() { ScaleDown = new() { LargerNeedPasses = true } } }, [".behavior: ScaleDown LargerNeedPasses must be false, as it is about scale-ups, but is true."]),
        (Shadowed(Of(Queue with { During = new() { Rule = "night" } })),
            [": Shadow 'calmer': During of 'step' must be the name of another rule of type schedule beside it, or a block with times, but is 'night'."]),
        (Shadowed(Of(Queue) with { Combine = RuleCombination.Sum, Metrics = [new() { Metric = "queue", IfMissing = MissingMeaning.Ignore }] }),
            [": Shadow 'calmer': Metrics IfMissing must not be ignore under combine sum, whose other rules do not know what is missing, but is for 'queue'."]),
        (Of(new ThresholdRule()) with { Range = new(0, 5) }, [": Min must be at least 1 where nothing leads back from 0 replicas, but is 0, and 'threshold' sees no load without replicas. "
            + "Set min to 1, add a rule on a total, such as a backlog or a targetTracking of kind totalPerReplica, set activation in a rule whose metric exists without replicas, "
            + "or let a fixed rule or a schedule with a floor decide about 0."]),
    ];

    private static ScheduleRule Night => new() { Name = "night", Start = "0 22 * * *", End = "0 6 * * *", Replicas = 2 };

    [Fact]
    public void ToYaml_SettingsThatContradictEachOther_AreRefused() => Assert.All(Wrong, wrong =>
        Assert.Equal(wrong.Errors.Select(e => $"policies[0] (web){e}"), Assert.Throws<ScalingException>(() => PolicyDocument.ToYaml([wrong.Policy])).Errors));

    [Fact]
    public void SetPolicy_SettingsThatContradictEachOther_AreRefused()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("api"));
        Assert.All(Wrong, wrong =>
            Assert.Equal(wrong.Errors.Select(e => $"Policy 'web'{e}"), Assert.Throws<ScalingException>(() => system.AutoScaler.SetPolicy(wrong.Policy)).Errors));
        var night = Of(Queue with { During = new() { Rule = "night" } });
        Assert.Equal(
            ["Policy 'web': Shadow 'night': During of 'step' must be the name of another rule of type schedule beside it, or a block with times, but is 'night'."],
            Assert.Throws<ScalingException>(() => system.AutoScaler.SetShadow("night", night)).Errors);
    }

    [Fact]
    public void Start_SeveralPoliciesOfCodeAreWrong_AreToldInOneRound()
    {
        using var system = new TestSystem(b => b
            .AddPolicy(Wrong[0].Policy with { Target = "a" })
            .AddPolicy("b", p => p with { Rules = [new ScheduleRule { Replicas = 3, From = "2026-12-26", To = "2026-12-24" }] })
            .AddPolicySource(_ => new Two()));
        var errors = Assert.Throws<ScalingException>(() => system.AutoScaler.GetStatus()).Errors;
        Assert.Equal(["Policy 'a'", "Policy 'b'.rules[0] (schedule)", "Policy 'c'.metrics.queue", "Policy 'd'.rules[1] (cpu)"], errors.Select(e => e[..e.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Fact]
    public void Start_OptionsAndPoliciesOfCodeAreWrong_AreToldInOneRound()
    {
        using var system = new TestSystem(b => b.AddPolicy(Wrong[1].Policy), o => o.MaxConcurrency = 0);
        Assert.Equal(
            ["MaxConcurrency must be at least 1, but is 0.", "Policy 'web'.metrics.queue: AtMost must be at least AtLeast (5), but is 3."],
            Assert.Throws<OptionsValidationException>(() => system.AutoScaler.GetStatus()).Failures);
    }

    [Fact]
    public void ToYaml_ShadowWithASchedule_FindsItAndReadsBack()
    {
        var policy = Shadowed(Of(Night, Queue with { During = new() { Rule = "night" } }));
        Assert.Equal(policy, Assert.Single(PolicyDocument.ParseYaml(PolicyDocument.ToYaml([policy]))));
    }

    [Theory]
    [InlineData("rules: [ { type: schedule, name: night, start: 0 22 * * *, end: 0 6 * * *, floor: 2 }, { type: threshold, during: night } ]", "name: a, max: 9", null)]
    [InlineData("cpuTarget: 70", "name: a, rules: [ { type: schedule, name: night, start: 0 22 * * *, end: 0 6 * * *, floor: 2 }, { type: threshold, during: night } ]", null)]
    [InlineData("cpuTarget: 70", "name: a, rules: [ { type: threshold, during: nihgt } ]", "During of 'threshold' must be the name of another rule of type schedule beside it, or a block with times, but is 'nihgt'.")]
    [InlineData("cpuTarget: 70", "name: a, rules: [ { type: schedule, start: 0 22 * * *, end: 0 6 * * *, floor: 2, except: sale } ]", "Except of 'schedule' must be dates such as 2026-12-25 or the name of another rule of type schedule beside it, but is 'sale'.")]
    public void ParseYaml_ShadowThatNamesASchedule_FindsItAmongItsRules(string policy, string shadow, string? error)
    {
        var yaml = $"policies: [ {{ service: web, {policy}, shadows: [ {{ {shadow} }} ] }} ]";
        if (error is null) Assert.Single(Assert.Single(PolicyDocument.ParseYaml(yaml)).Shadows);
        else Assert.Equal([$"policies[0] (web).shadows[0] (a): {error}"], Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml)).Errors);
    }

    [Fact]
    public void AddPolicy_TheShortForm_HasTheRestOfTheDefaultsRange()
    {
        using var system = new TestSystem(
            b => b.AddPolicy("web", max: 16).AddPolicy("api", cpuTarget: 70),
            o => o.Defaults = new() { Range = new(4, 12, 4), CpuTarget = 55 });
        Assert.Equal((new(4, 16, 4), new(4, 12, 4)), (system.AutoScaler.GetStatus("web").Policy.Range, system.AutoScaler.GetStatus("api").Policy.Range));
        Assert.Equal(new ReplicaRange(4, 16, 4), Assert.Single(PolicyDocument.ParseYaml("policies: [ { service: web, max: 16 } ]", new() { Range = new(4, 12, 4) })).Range);
    }

    [Theory]
    [InlineData("scaler: ''")]
    [InlineData("scaler: ")]
    [InlineData("rules: [ { type: threshold, name: '' } ]")]
    [InlineData("rules: [ { type: threshold, during: '' } ]")]
    public void ParseYaml_AnEmptyTextForAnOptionalOne_IsNone(string settings) =>
        Assert.Equal(new ScalingPolicy { Target = "web" }, Assert.Single(PolicyDocument.ParseYaml($"policies: [ {{ service: web, {settings} }} ]")));

    [Fact]
    public void ParseYaml_AnEmptyMetricThatIsOptional_IsNone()
    {
        const string yaml = "policies: [ { service: web, rules: [ { type: backlog, metric: queue, throughputPerReplica: 1, arrivalMetric: '', inFlightMetric: '' } ] } ]";
        var rule = Assert.IsType<BacklogRule>(Assert.Single(Assert.Single(PolicyDocument.ParseYaml(yaml)).Rules));
        Assert.Equal((null, null), (rule.ArrivalMetric, rule.InFlightMetric));
    }

    [Fact]
    public void Names_ThatAreEmpty_AreRefused()
    {
        string Error(Func<object> make) => Assert.Throws<ScalingException>(make).Message;
        Assert.Equal("Scaler must be a name, or null for the default scaler, but is ''.", Error(() => new ScalingPolicy { Target = "web", Scaler = "" }));
        Assert.Equal("Rules must hold rules that have names, but one is null or has none.", Error(() => Of(Queue with { Name = " " })));
        Assert.Equal("Metric must name a source after '@', but is 'cpu@'.", Error(() => new MetricRef("cpu", "")));
        Assert.Equal("policies[0] (web): Scaler must be a name, or null for the default scaler, but is ' '.", Error(() => PolicyDocument.ParseYaml("policies: [ { service: web, scaler: ' ' } ]")));
        Assert.Equal("policies[0] (web).rules[0]: Name must be a name, or left out, but is ' '.", Error(() => PolicyDocument.ParseYaml("policies: [ { service: web, rules: [ { type: threshold, name: ' ' } ] } ]")));
        var builder = new ServiceCollection().AddAutoScaling();
        Assert.Equal("Name of a metric source must not be empty, but is ''.", Error(() => builder.AddMetrics("", _ => new TestMetrics())));
        Assert.Equal("Name of a metric source must not be empty, but is ' '.", Error(() => builder.AddMetrics<TestMetrics>(" ")));
        Assert.Equal("Name of a scaler must not be empty, but is ''.", Error(() => builder.AddScaler("", _ => new TestScaler(TimeProvider.System, 1))));
        Assert.Equal("Name of a scaler must not be empty, but is ''.", Error(() => builder.AddScaler<TestScaler>("")));
    }

    private static ScalingPolicy Of(params ScalingRule[] rules) => new() { Target = "web", Rules = [.. rules] };

    private static ScalingPolicy Shadowed(ScalingPolicy candidate) => Of(Queue) with { Shadows = [new() { Name = "calmer", Policy = candidate }] };

    private sealed class Two : IPolicySource
    {
        public string Name => "two";

        public System.Collections.Immutable.ImmutableArray<ScalingPolicy> Read(PolicySourceContext context) =>
            [Wrong[1].Policy with { Target = "c" }, Wrong[2].Policy with { Target = "d" }];

        public bool HasChanged() => false;
    }
}
