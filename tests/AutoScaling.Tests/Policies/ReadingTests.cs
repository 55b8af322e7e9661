using System.Globalization;

namespace AutoScaling.Tests.Policies;

/// <summary>What each setting of a document means. YAML stands for all formats here: they share one reader.</summary>
public sealed class ReadingTests
{
    [Fact]
    public void ParseYaml_ADocumentWithEverySetting_IsEveryPolicy()
    {
        const string yaml = """
            defaults: { min: 2, max: 20, cpuTarget: 60, memoryTarget: 75, scaleUpCooldown: 1m, scaleDownCooldown: 2m }
            policies:
              - service: web
              - service: api
                min: 3
                max: 30
                cpuTarget: 50
                memoryTarget: null
                exactArithmetic: true
              - service: orders
                min: 1
                max: 50
                interval: 15s
                maxMetricAge: 2m
                scaler: processes
                enabled: false
                combine: sum
                scaleDownOnlyIfAllAgree: true
                rules:
                  - { type: targetTracking, metric: cpu, kind: averageValue, target: 60.5, skipUnready: false, initializationPeriod: 10s, initialReadinessDelay: 1s, name: by use }
                  - { type: backlog, metric: queue@orders, arrivalMetric: arrivals@orders, throughputPerReplica: 5, drainTime: 2m }
                  - { type: step, metric: latency@app, isTotal: true, steps: [ { from: 0.5, below: 1, change: -2 }, { from: 1, percentChange: 50 }, { below: 0.1, to: 1 } ] }
                  - { type: schedule, start: "0 8 * * MON-FRI", end: "0 18 * * MON-FRI", timeZone: Europe/Berlin, floor: 5 }
                  - { type: schedule, start: "0 0 * * *", end: "0 1 * * *", ceiling: 6 }
                  - { type: schedule, start: "0 0 * * *", end: "0 1 * * *", exact: 7 }
                  - { type: fixed, replicas: 3 }
                  - { type: threshold, cpuTarget: 55, memoryTarget: 80, cpuMetric: cpu@a, memoryMetric: memory@b, exactArithmetic: true }
                  - { type: threshold }
                behavior:
                  preset: kubernetes
                  flapGuard: true
                  zeroIsOff: false
                  scaleUp: { cooldown: 5m, stabilizationWindow: 3s, tolerance: 0.2, select: min, rateLimits: [ { replicas: 4, period: 15s }, { percent: 100, period: 1h } ] }
                  scaleDown: { cooldown: 10m, select: disabled }
            """;
        ScalingPolicy[] expected =
        [
            new()
            {
                Target = "web",
                Range = new(2, 20),
                Rules = [new ThresholdRule { CpuTarget = 60, MemoryTarget = 75 }],
                Behavior = new() { ScaleUp = new() { Cooldown = TimeSpan.FromMinutes(1) }, ScaleDown = new() { Cooldown = TimeSpan.FromMinutes(2) } },
            },
            new()
            {
                Target = "api",
                Range = new(3, 30),
                Rules = [new ThresholdRule { CpuTarget = 50, MemoryTarget = null, ExactArithmetic = true }],
                Behavior = new() { ScaleUp = new() { Cooldown = TimeSpan.FromMinutes(1) }, ScaleDown = new() { Cooldown = TimeSpan.FromMinutes(2) } },
            },
            new()
            {
                Target = "orders",
                Range = new(1, 50),
                Interval = TimeSpan.FromSeconds(15),
                MaxMetricAge = TimeSpan.FromMinutes(2),
                Scaler = "processes",
                Enabled = false,
                Combine = RuleCombination.Sum,
                ScaleDownOnlyIfAllAgree = true,
                Rules =
                [
                    new TargetTrackingRule
                    {
                        Metric = "cpu",
                        Kind = TargetKind.AverageValue,
                        Target = 60.5,
                        SkipUnready = false,
                        InitializationPeriod = TimeSpan.FromSeconds(10),
                        InitialReadinessDelay = TimeSpan.FromSeconds(1),
                        Name = "by use",
                    },
                    new BacklogRule { Metric = "queue@orders", ArrivalMetric = "arrivals@orders", ThroughputPerReplica = 5, DrainTime = TimeSpan.FromMinutes(2) },
                    new StepRule
                    {
                        Metric = "latency@app",
                        IsTotal = true,
                        Steps =
                        [
                            new() { Below = 0.1, Adjustment = StepAdjustment.To, Amount = 1 },
                            new() { From = 0.5, Below = 1, Adjustment = StepAdjustment.Change, Amount = -2 },
                            new() { From = 1, Adjustment = StepAdjustment.PercentChange, Amount = 50 },
                        ],
                    },
                    new ScheduleRule { Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", TimeZone = "Europe/Berlin", Bound = ScheduleBound.Floor, Replicas = 5 },
                    new ScheduleRule { Start = "0 0 * * *", End = "0 1 * * *", Bound = ScheduleBound.Ceiling, Replicas = 6 },
                    new ScheduleRule { Start = "0 0 * * *", End = "0 1 * * *", Bound = ScheduleBound.Exact, Replicas = 7 },
                    new FixedRule { Replicas = 3 },
                    new ThresholdRule { CpuTarget = 55, MemoryTarget = 80, CpuMetric = "cpu@a", MemoryMetric = "memory@b", ExactArithmetic = true },
                    new ThresholdRule { CpuTarget = 60, MemoryTarget = 75 },
                ],
                Behavior = new()
                {
                    FlapGuard = true,
                    ScaleUp = new()
                    {
                        Cooldown = TimeSpan.FromMinutes(5),
                        StabilizationWindow = TimeSpan.FromSeconds(3),
                        Tolerance = 0.2,
                        Select = RateLimitSelect.Min,
                        RateLimits = [RateLimit.Replicas(4, TimeSpan.FromSeconds(15)), RateLimit.Percent(100, TimeSpan.FromHours(1))],
                    },
                    ScaleDown = ScalingBehavior.Kubernetes.ScaleDown with { Cooldown = TimeSpan.FromMinutes(10), Select = RateLimitSelect.Disabled },
                },
            },
        ];
        Assert.Equal(PolicyGen.Dump(expected), PolicyGen.Dump(PolicyDocument.ParseYaml(yaml)));
    }

    [Fact]
    public void ParseYaml_OnlyAService_IsTheDefaultPolicy() =>
        Assert.Equal(PolicyGen.Dump([new() { Target = "web" }]), PolicyGen.Dump(PolicyDocument.ParseYaml("policies: [ { service: web } ]")));

    [Fact]
    public void ParseYaml_DefaultsFromTheCaller_ApplyWhereTheDocumentSaysNothing()
    {
        PolicyDefaults defaults = new() { Range = new(4, 40), CpuTarget = 33, MemoryTarget = 44, ScaleUpCooldown = TimeSpan.FromSeconds(1), ScaleDownCooldown = TimeSpan.FromSeconds(2) };
        var policies = PolicyDocument.ParseYaml("{ defaults: { max: 50, cpuTarget: 66 }, policies: [ { service: web, min: 5 } ] }", defaults);
        Assert.Equal(PolicyGen.Dump([ScalingPolicy.For("web", defaults with { Range = new(5, 50), CpuTarget = 66 })]), PolicyGen.Dump(policies));
    }

    [Theory]
    [InlineData("default", 300, 600, true, false)]
    [InlineData("kubernetes", 0, 0, false, true)]
    [InlineData("Immediate", 0, 0, false, false)]
    public void ParseYaml_APresetThatIsNamed_LeavesTheDefaultCooldownsOfTheDocumentOut(string preset, int up, int down, bool flapGuard, bool zeroIsOff)
    {
        var behavior = One($"{{ defaults: {{ scaleUpCooldown: 7s, scaleDownCooldown: 8s }}, policies: [ {{ service: web, behavior: {{ preset: {preset} }} }} ] }}").Behavior;
        Assert.Equal((up, down, flapGuard, zeroIsOff), ((int)behavior.ScaleUp.Cooldown.TotalSeconds, (int)behavior.ScaleDown.Cooldown.TotalSeconds, behavior.FlapGuard, behavior.ZeroIsOff));
    }

    [Fact]
    public void ParseYaml_ABehaviorWithoutAPreset_KeepsTheDefaultCooldownsOfTheDocument()
    {
        var behavior = One("{ defaults: { scaleUpCooldown: 7s, scaleDownCooldown: 8s }, policies: [ { service: web, behavior: { scaleUp: { cooldown: 1s }, scaleDown: { tolerance: 0 } } } ] }").Behavior;
        Assert.Equal((1, 8, 0), (behavior.ScaleUp.Cooldown.TotalSeconds, behavior.ScaleDown.Cooldown.TotalSeconds, behavior.ScaleDown.Tolerance));
    }

    [Fact]
    public void ParseYaml_EmptyRateLimits_TakeThePresetsAway() =>
        Assert.Empty(One("policies: [ { service: web, behavior: { preset: kubernetes, scaleUp: { rateLimits: [] } } } ]").Behavior.ScaleUp.RateLimits);

    [Theory]
    [InlineData("3", 3)]
    [InlineData("\"3\"", 3)]
    [InlineData("3.0", 3)]
    [InlineData("3e2", 300)]
    [InlineData("+3", 3)]
    public void ParseYaml_AWholeNumberHoweverWritten_IsRead(string text, int max) => Assert.Equal(max, One($"policies: [ {{ service: web, max: {text} }} ]").Range.Max);

    [Fact]
    public void ParseJson_NumbersAndTruthValuesAsText_AreRead()
    {
        var policy = Assert.Single(PolicyDocument.ParseJson("""{ "policies": [ { "service": "web", "min": "2", "max": 5, "cpuTarget": "55.5", "exactArithmetic": "TRUE", "enabled": false } ] }"""));
        Assert.Equal(PolicyGen.Dump([new() { Target = "web", Range = new(2, 5), Enabled = false, Rules = [new ThresholdRule { CpuTarget = 55.5, ExactArithmetic = true }] }]), PolicyGen.Dump([policy]));
    }

    [Fact]
    public void ParseJson_CommentsTrailingCommasAndOtherCase_AreAllowed() =>
        Assert.Equal("web", Assert.Single(PolicyDocument.ParseJson("""{ /* all */ "Policies": [ { "SERVICE": "web", }, ], } // done""")).Target.Name);

    [Theory]
    [InlineData("{ policies: }")]
    [InlineData("{ policies: [] }")]
    [InlineData("{ policies: [], defaults: }")]
    public void ParseYaml_AnEmptyList_IsNoPolicies(string yaml) => Assert.Empty(PolicyDocument.ParseYaml(yaml));

    [Fact]
    public void ParseYaml_ACultureWithCommas_ReadsAndWritesPoints()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new("") { NumberFormat = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "~" } };
            ScalingPolicy policy = new()
            {
                Target = "web",
                Rules = [new StepRule { Metric = "m", Steps = [new() { From = -1.5, Amount = -2 }] }],
                MaxMetricAge = TimeSpan.FromMilliseconds(1500),
            };
            var yaml = PolicyDocument.ToYaml([policy]);
            Assert.Contains("{from: -1.5, change: -2}", yaml, StringComparison.Ordinal);
            Assert.Contains("maxMetricAge: 1.5s", yaml, StringComparison.Ordinal);
            Assert.Equal(PolicyGen.Dump([policy]), PolicyGen.Dump(PolicyDocument.ParseYaml(yaml)));
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml("policies: [ { service: web, cpuTarget: '1,5' } ]"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ParseYamlAndParseJson_TensOfThousandsOfPolicies_AreAllThere()
    {
        var policies = Enumerable.Range(0, 20_000).Select(i => new ScalingPolicy { Target = $"service-{i}", Range = new(1 + (i % 3), 10 + i), Scaler = "s" }).ToArray();
        var expected = policies.Select(policy => (policy.Target, policy.Range)).ToArray();
        Assert.Equal(expected, PolicyDocument.ParseYaml(PolicyDocument.ToYaml(policies), maxBytes: int.MaxValue).Select(policy => (policy.Target, policy.Range)));
        Assert.Equal(expected, PolicyDocument.ParseJson(PolicyDocument.ToJson(policies), maxBytes: int.MaxValue).Select(policy => (policy.Target, policy.Range)));
    }

    private static ScalingPolicy One(string yaml) => Assert.Single(PolicyDocument.ParseYaml(yaml));
}
