using System.Collections.Immutable;

namespace AutoScaling.Tests.Policies;

/// <summary>Rules of the user's own, read and written like the library's.</summary>
public sealed class RuleTypeTests
{
    internal static readonly RuleType Age = RuleType.Create(
        "age",
        new AgeRule { Metric = "age" },
        table => table
            .Metric("metric", "The metric that holds the age.", r => r.Metric, (r, v) => r with { Metric = v }, required: true)
            .Duration("limit", "The oldest that is good.", r => r.Limit, (r, v) => r with { Limit = v })
            .Choice("mode", "Which counts.", r => r.Mode, (r, v) => r with { Mode = v })
            .Block("extra", "More.", r => r.Loud, (r, v) => r with { Loud = v }, Extra)
            .List("weights", "What each counts.", r => r.Weights, (r, v) => r with { Weights = v }, Weight)
            .Check(r => r.Loud && r.Weights.IsEmpty ? "Weights must be set when Loud is true." : null));

    private static SettingsTable<bool> Extra => SettingsTable.Of("an extra", false).Flag("loud", "Whether it is loud.", l => l, (_, v) => v);

    private static SettingsTable<double> Weight => SettingsTable.Of("a weight", 1.0).Number("value", "The weight.", w => w, (_, v) => v, required: true);

    [Fact]
    public void Create_ARuleOfTheUsers_IsWrittenAndReadBack()
    {
        AgeRule rule = new() { Metric = "age@queue", Limit = TimeSpan.FromSeconds(90), Mode = RateLimitSelect.Min, Loud = true, Weights = [0.5, 2] };
        ScalingPolicy policy = new() { Target = "web", Rules = [rule, new AgeRule { Metric = "b", Name = "mine" }, new FixedRule { Replicas = 1 }] };
        Assert.Equal(PolicyGen.Dump([policy]), PolicyGen.Dump(PolicyDocument.ParseJson(PolicyDocument.ToJson([policy], [Age]), ruleTypes: [Age])));

        var yaml = PolicyDocument.ToYaml([policy], [Age]);
        Assert.Equal(PolicyGen.Dump([policy]), PolicyGen.Dump(PolicyDocument.ParseYaml(yaml, ruleTypes: [Age])));
        Assert.Contains("- type: age\n        metric: age@queue\n        limit: 1m30s\n        mode: min\n        extra:\n          loud: true\n", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BrokenSettings_AreAllReportedInTheSameWords()
    {
        const string yaml = """
            policies:
              - service: web
                rules:
                  - { type: Age, limit: -1s, mode: loud, extra: { loud: 1, laud: 2 }, weights: [ { value: x }, {} ], metrc: a }
                  - { type: age, metric: a, extra: { loud: true } }
                  - { type: agee }
            """;
        Assert.Equal(
            [
                "policies[0] (web).rules[0], line 4: Metric is required for a rule of type age.",
                "policies[0] (web).rules[0], line 4: Limit must be at least 0, but is -1s.",
                "policies[0] (web).rules[0], line 4: Mode must be max, min or disabled, but is 'loud'.",
                "policies[0] (web).rules[0].extra, line 4: Loud must be true or false, but is '1'.",
                "policies[0] (web).rules[0].extra, line 4: 'laud' is not a setting of an extra; did you mean 'loud'?",
                "policies[0] (web).rules[0].weights[0], line 4: Value must be a number, but is 'x'.",
                "policies[0] (web).rules[0].weights[1], line 4: Value is required for a weight.",
                "policies[0] (web).rules[0], line 4: 'metrc' is not a setting of a rule of type age; did you mean 'metric'?",
                "policies[0] (web).rules[1], line 5: Weights must be set when Loud is true.",
                "policies[0] (web).rules[2], line 6: Type must be targetTracking, backlog, step, schedule, forecast, latency, concurrency, fixed, threshold or age, but is 'agee'.",
            ],
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml, ruleTypes: [Age])).Errors);
    }

    [Fact]
    public void Read_ASettingThatThrowsAScalingException_IsReportedWithItsPlace()
    {
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(
            "policies: [ { service: web, rules: [ { type: age, metric: a, limit: -1s } ] }, { min: 3 } ]", ruleTypes: [Age]));
        Assert.Equal(["policies[0] (web).rules[0]: Limit must be at least 0, but is -1s.", "policies[1]: Service is required for a policy."], error.Errors);
    }

    [Fact]
    public void Create_NoSettings_IsReadAndWrittenByItsTypeAlone()
    {
        var night = RuleType.Create("night", new Readme.Snippets.NightRule());
        var yaml = PolicyDocument.ToYaml([new() { Target = "web", Rules = [new Readme.Snippets.NightRule()] }], [night]);
        Assert.EndsWith("    rules:\n      - {type: night}\n", yaml, StringComparison.Ordinal);
        Assert.Equal([new Readme.Snippets.NightRule()], PolicyDocument.ParseYaml(yaml, ruleTypes: [night])[0].Rules);
        Assert.Equal(
            ["policies[0] (web).rules[0]: 'from' is not a setting of a rule of type night."],
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml("policies: [ { service: web, rules: [ { type: night, from: 22 } ] } ]", ruleTypes: [night])).Errors);
    }

    [Fact]
    public void ToJson_ARuleWithoutAType_IsNamed() => Assert.Equal(
        ["policies[0] (web): Rules must be of types that documents know, but 'age' (AgeRule) is not; pass a RuleType for it."],
        Assert.Throws<ScalingException>(() => PolicyDocument.ToJson([new() { Target = "web", Rules = [new AgeRule { Metric = "a" }] }])).Errors);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Create_NoName_IsRefused(string name) => Assert.Equal(
        $"RuleType must have a name, but is '{name}'.",
        Assert.Throws<ScalingException>(() => RuleType.Create(name, new AgeRule { Metric = "a" })).Message);

    [Fact]
    public void ParseJson_TwoTypesOfOneName_AreRefused()
    {
        var fixedToo = RuleType.Create("FIXED", new AgeRule { Metric = "a" });
        Assert.Equal("RuleType must have a name that no other has, but is 'FIXED'.", Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson("{}", ruleTypes: [fixedToo])).Message);
    }

    [Fact]
    public void ParseJson_TwoTypesOfOneRule_AreRefused()
    {
        var again = RuleType.Create("again", new AgeRule { Metric = "a" });
        Assert.Equal(
            "RuleType must be the only one of its rule, but 'age' and 'again' both are for AgeRule.",
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson("{}", ruleTypes: [Age, again])).Message);
    }

    [Fact]
    public void Number_NotFinite_IsNotWritten()
    {
        var type = RuleType.Create("age", new AgeRule { Metric = "a" }, table => table.Number("value", "A value.", _ => double.NaN, (r, _) => r, required: true));
        Assert.Equal(
            ["policies[0] (web): Value must be finite, but is NaN."],
            Assert.Throws<ScalingException>(() => PolicyDocument.ToJson([new() { Target = "web", Rules = [new AgeRule { Metric = "a" }] }], [type])).Errors);
    }

    private sealed record AgeRule : ScalingRule
    {
        public override string Name { get; init; } = "age";

        public required MetricRef Metric { get; init; }

        public TimeSpan Limit
        {
            get;
            init => field = value >= TimeSpan.Zero ? value : throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"Limit must be at least 0, but is {value.TotalSeconds:0}s.");
        }
        = TimeSpan.FromMinutes(1);

        public RateLimitSelect Mode { get; init; }

        public bool Loud { get; init; }

        public ImmutableArray<double> Weights { get; init; } = [];

        public override Recommendation Recommend(in RuleContext context) => new(RecommendationKind.Replicas, RecommendationReason.Fixed, 1);
    }
}
