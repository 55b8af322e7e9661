namespace AutoScaling.Tests.Policies;

public sealed class YamlTests
{
    [Theory]
    [InlineData("on")]
    [InlineData("yes")]
    [InlineData("1e3")]
    [InlineData("0123")]
    [InlineData("0o17")]
    [InlineData("true")]
    [InlineData("2026-01-01")]
    [InlineData("12:30:45")]
    [InlineData("1.50")]
    [InlineData("'null'")]
    [InlineData("\"~\"")]
    [InlineData("!!str null")]
    [InlineData("! null")]
    public void ParseYaml_AServiceThatLooksLikeSomethingElse_KeepsItsText(string text) =>
        Assert.Equal(text[(text.LastIndexOf(' ') + 1)..].Trim('\'', '"'), Assert.Single(PolicyDocument.ParseYaml($"policies: [ {{ service: {text} }} ]")).Target.Name);

    [Theory]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("NULL")]
    [InlineData("")]
    public void ParseYaml_ANull_IsNone(string text) =>
        Assert.Null(((ThresholdRule)Assert.Single(PolicyDocument.ParseYaml($"{{ defaults: {{ memoryTarget: 5 }}, policies: [ {{ service: web, memoryTarget: {text} }} ] }}")).Rules[0]).MemoryTarget);

    [Fact]
    public void ParseYaml_AnchorsAndMergeKeys_AreFilledIn()
    {
        var policies = PolicyDocument.ParseYaml("""
            policies:
              - &web
                service: web
                min: 2
                rules: &rules
                  - { type: fixed, replicas: &three 3 }
                behavior: &fast { preset: immediate }
              - <<: *web
                service: api
                max: *three
              - service: jobs
                rules: *rules
              - { service: other, <<: [ { min: 4 }, { min: 5, max: 6, interval: 7s } ], interval: 8s }
            """);
        ScalingPolicy web = new() { Target = "web", Range = new(2, 10), Rules = [new FixedRule { Replicas = 3 }], Behavior = ScalingBehavior.Immediate };
        Assert.Equal(
            PolicyGen.Dump(
            [
                web,
                web with { Target = "api", Range = new(2, 3) },
                web with { Target = "jobs", Range = new(1, 10), Behavior = ScalingBehavior.Default },
                new() { Target = "other", Range = new(4, 6), Interval = TimeSpan.FromSeconds(8) },
            ]),
            PolicyGen.Dump(policies));
    }

    [Theory]
    [InlineData("policies:\n  - service: a\n   min: 3\n", "line 3, column 4: While parsing a block collection, did not find expected '-' indicator.")]
    [InlineData("policies: *x", "line 1, column 11: There is no anchor 'x' above.")]
    [InlineData("policies: &a [ *a ]", "line 1, column 16: There is no anchor 'a' above.")]
    [InlineData("policies: [ { service: a, min: 1, min: 2 } ]", "line 1, column 35: The key 'min' is there twice.")]
    [InlineData("policies: []\n---\npolicies: []", "line 2, column 1: Only one document is read, but a second one starts here.")]
    [InlineData("? [ a ]\n: b", "line 1, column 3: A key must be a text.")]
    [InlineData("a: &a b\n*a : c", "line 2, column 1: A key must be a text.")]
    [InlineData("policies: [ { <<: 3 } ]", "line 1, column 15: The key '<<' must have a block, or a list of blocks.")]
    [InlineData("policies: [ { <<: [ 3 ] } ]", "line 1, column 15: The key '<<' must have a block, or a list of blocks.")]
    [InlineData("policies: \"\\uD800\"", "line 1, column 11: While scanning a quoted scalar, found invalid Unicode surrogates.")]
    [InlineData("policies: [ {\n  service: web\nnext: 3", "line 2, column 10: What follows here cannot be read; perhaps a { or [ before it is not closed.")]
    public void ParseYaml_BrokenText_SaysWhereAndWhat(string yaml, string error) =>
        Assert.Equal([$"The YAML document, {error}"], Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml)).Errors);

    [Theory]
    [InlineData("[", 1, 66)]
    [InlineData("{a: ", 1, 261)]
    [InlineData("- ", 1, 131)]
    public void ParseYaml_DeepNesting_IsOneSentence(string level, int line, int column) => Assert.Equal(
        [$"The YAML document, line {line}, column {column}: Blocks and lists must be nested at most 64 deep."],
        Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(string.Concat(Enumerable.Repeat(level, 50_000)))).Errors);

    [Fact]
    public void ParseYaml_DeepNestingByAliases_IsOneSentence()
    {
        var lines = Enumerable.Range(1, 100).Select(i => $"a{i}: &a{i} [ *a{i - 1} ]");
        Assert.Equal(
            ["The YAML document, line 65, column 13: Blocks and lists must be nested at most 64 deep."],
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml("a0: &a0 []\n" + string.Join('\n', lines))).Errors);
    }

    [Fact]
    public void ParseYaml_AliasesThatMultiply_AreRefusedBeforeTheyFillTheMemory()
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [ {string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))} ]");
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml("a0: &a0 [ 1 ]\n" + string.Join('\n', lines)));
        Assert.EndsWith("Aliases must stand for at most 1000000 values.", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void ToYaml_Policies_AreWrittenToBeRead()
    {
        ScalingPolicy[] policies =
        [
            new() { Target = "web" },
            new() { Target = "on", Range = new(2, 10), Rules = [new ThresholdRule { MemoryTarget = 80 }], Behavior = ScalingBehavior.Kubernetes },
            new()
            {
                Target = "team-a/jobs",
                Interval = TimeSpan.FromSeconds(90),
                Scaler = "two words",
                Rules =
                [
                    new TargetTrackingRule { Metric = "cpu", Target = 60 },
                    new StepRule { Metric = "latency@app", Steps = [new() { From = 0.5, Amount = 2 }] },
                    new ScheduleRule { Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", TimeZone = "Europe/Berlin", Replicas = 5 },
                ],
                Behavior = ScalingBehavior.Default with { ScaleUp = new() { Cooldown = TimeSpan.FromSeconds(300), RateLimits = [RateLimit.Replicas(4, TimeSpan.FromSeconds(15))] } },
            },
        ];
        const string expected = """
            version: 1
            defaults:
              min: 1
              max: 10
              cpuTarget: 70
              memoryTarget: null
              scaleUpCooldown: 5m
              scaleDownCooldown: 10m
            policies:
              - service: web
              - service: "on"
                min: 2
                memoryTarget: 80
                behavior:
                  preset: kubernetes
              - service: team-a/jobs
                interval: 1m30s
                scaler: "two words"
                rules:
                  - {type: targetTracking, metric: cpu, target: 60}
                  - type: step
                    metric: latency@app
                    steps:
                      - {from: 0.5, change: 2}
                  - {type: schedule, start: "0 8 * * MON-FRI", end: "0 18 * * MON-FRI", timeZone: Europe/Berlin, floor: 5}
                behavior:
                  scaleUp:
                    rateLimits:
                      - {replicas: 4, period: 15s}

            """;
        Assert.Equal(expected, PolicyDocument.ToYaml(policies));
    }

    [Fact]
    public void ToJson_Policies_AreWrittenToBeRead()
    {
        const string expected = """
            {
              "version": 1,
              "defaults": {
                "min": 1,
                "max": 10,
                "cpuTarget": 70,
                "memoryTarget": null,
                "scaleUpCooldown": "5m",
                "scaleDownCooldown": "10m"
              },
              "policies": [
                {
                  "service": "Ünï+'web'",
                  "max": 12,
                  "exactArithmetic": true
                }
              ]
            }

            """;
        Assert.Equal(expected, PolicyDocument.ToJson([new() { Target = "Ünï+'web'", Range = new(1, 12), Rules = [new ThresholdRule { ExactArithmetic = true }] }]));
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("Off", true)]
    [InlineData("YES", true)]
    [InlineData("n", true)]
    [InlineData("Null", true)]
    [InlineData("true", true)]
    [InlineData("~", true)]
    [InlineData("1e3", true)]
    [InlineData("0123", true)]
    [InlineData("12:30:45", true)]
    [InlineData("0:0:5", true)]
    [InlineData("2026-01-01", true)]
    [InlineData(".inf", true)]
    [InlineData("-1", true)]
    [InlineData("<<", true)]
    [InlineData("a:", true)]
    [InlineData("a#b", true)]
    [InlineData("5m", false)]
    [InlineData("1d2h", false)]
    [InlineData("none", false)]
    [InlineData("team-a/jobs_1.x@y", false)]
    public void ToYaml_TextThatSomeReaderTakesForSomethingElse_IsQuoted(string name, bool quoted) =>
        Assert.Contains(quoted ? $"- service: \"{name}\"\n" : $"- service: {name}\n", PolicyDocument.ToYaml([new() { Target = name }]), StringComparison.Ordinal);

    [Fact]
    public void ToYaml_NoPolicies_IsAnEmptyListThatReadsBack()
    {
        var yaml = PolicyDocument.ToYaml([]);
        Assert.EndsWith("policies: []\n", yaml, StringComparison.Ordinal);
        Assert.Empty(PolicyDocument.ParseYaml(yaml));
    }
}
