namespace AutoScaling.Tests.Policies;

/// <summary>What is wrong with a document, as the sentences that users read.</summary>
public sealed class ErrorTests
{
    public static TheoryData<string, string[]> Settings => new()
    {
        { "min: 3, max: 2", ["Max must be at least Min (3), but is 2."] },
        { "min: -1", ["Min must be at least 0, but is -1."] },
        { "min: two", ["Min must be a whole number, but is 'two'."] },
        { "min: 2.5", ["Min must be a whole number, but is '2.5'."] },
        { "min: 010", ["Min must be a whole number without leading zeros, but is '010'."] },
        { "min: 0x10", ["Min must be a whole number, but is '0x10'."] },
        { "min: 1_0", ["Min must be a whole number, but is '1_0'."] },
        { "min: '1,000'", ["Min must be a whole number, but is '1,000'."] },
        { "max: 3000000000", ["Max must be a whole number between -2147483648 and 2147483647, but is '3000000000'."] },
        { "min: ", ["Min must be a whole number, but is null."] },
        { "min: []", ["Min must be a whole number, but is a list."] },
        { "min: {}", ["Min must be a whole number, but is a block of settings."] },
        { "min: two, max: 0", ["Min must be a whole number, but is 'two'."] },
        { "cpuTarget: 0", ["CpuTarget must be more than 0, but is 0."] },
        { "cpuTarget: high", ["CpuTarget must be a number, but is 'high'."] },
        { "cpuTarget: .nan", ["CpuTarget must be a number, but is '.nan'."] },
        { "cpuTarget: NaN", ["CpuTarget must be a number, but is 'NaN'."] },
        { "cpuTarget: 1e999", ["CpuTarget must be a number, but is '1e999'."] },
        { "cpuTarget: 070", ["CpuTarget must be a number without leading zeros, but is '070'."] },
        { "cpuTarget: 70%", ["CpuTarget must be a number, but is '70%'."] },
        { "cpuTarget: ", ["CpuTarget must be a number, but is null."] },
        { "memoryTarget: -1", ["MemoryTarget must be more than 0, but is -1."] },
        { "enabled: yes", ["Enabled must be true or false, but is 'yes'."] },
        { "exactArithmetic: 1", ["ExactArithmetic must be true or false, but is '1'."] },
        { "interval: 300", ["Interval must be a duration such as 30s, 5m or 00:05:00, but is '300'."] },
        { "interval: 0s", ["Interval must be between 0.1s and 24 hours, but is 0s."] },
        { "interval: 2d", ["Interval must be between 0.1s and 24 hours, but is 2d."] },
        { "maxMetricAge: -5s", ["MaxMetricAge must be more than 0, but is -5s."] },
        { "combine: average", ["Combine must be max, min or sum, but is 'average'."] },
        { "combine: 1", ["Combine must be max, min or sum, but is '1'."] },
        { "scaler: []", ["Scaler must be text, but is a list."] },
        { "minn: 3", ["'minn' is not a setting of a policy; did you mean 'min'?"] },
        { "cpuTraget: 3", ["'cpuTraget' is not a setting of a policy; did you mean 'cpuTarget'?"] },
        { "SCALEDOWNONLYIFALLAGRE: true", ["'SCALEDOWNONLYIFALLAGRE' is not a setting of a policy; did you mean 'scaleDownOnlyIfAllAgree'?"] },
        { "colour: red", ["'colour' is not a setting of a policy."] },
        { "'': 3", ["'' is not a setting of a policy."] },
        { "Min: 2, min: 3", ["Min must be set once, but is set again as 'min'."] },
        { "rules: []", ["Rules must hold at least 1 rule, but is empty."] },
        { "rules: fixed", ["Rules must be a list, but is 'fixed'."] },
        { "rules: { type: fixed }", ["Rules must be a list, but is a block of settings."] },
        { "rules: [fixed, null, []]", ["Rules[0] must be a block of settings, but is 'fixed'.", "Rules[1] must be a block of settings, but is null.", "Rules[2] must be a block of settings, but is a list."] },
        {
            "cpuTarget: 50, rules: [{ type: fixed, replicas: 1 }]",
            ["Rules must not be set beside CpuTarget: that is short for a rule of type threshold, so set it in such a rule."]
        },
        {
            "cpuTarget: 50, memoryTarget: 60, exactArithmetic: true, rules: [{ type: fixed, replicas: 1 }]",
            ["Rules must not be set beside CpuTarget, MemoryTarget and ExactArithmetic: that is short for a rule of type threshold, so set it in such a rule."]
        },
        { "behavior: fast", ["Behavior must be a block of settings, but is 'fast'."] },
        { "behavior: []", ["Behavior must be a block of settings, but is a list."] },
    };

    public static TheoryData<string, string[]> Rules => new()
    {
        { "replicas: 3", ["Type is required for a rule."] },
        { "type: fxied, replicas: 3", ["Type must be targetTracking, backlog, step, schedule, forecast, latency, concurrency, fixed or threshold, but is 'fxied'."] },
        { "type: [], replicas: 3", ["Type must be text, but is a list."] },
        { "type: fixed", ["Replicas is required for a rule of type fixed."] },
        { "type: fixed, replicas: -5", ["Replicas must be at least 0, but is -5."] },
        { "type: fixed, replica: 5", ["Replicas is required for a rule of type fixed.", "'replica' is not a setting of a rule of type fixed; did you mean 'replicas'?"] },
        { "type: backlog", ["Metric is required for a rule of type backlog.", "ThroughputPerReplica is required for a rule of type backlog."] },
        {
            "type: backlog, metric: '', arrivalMetric: a@, throughputPerReplica: 0, drainTime: 60",
            [
                "Metric must be a name, optionally followed by '@' and a source, but is ''.",
                "ArrivalMetric must be a metric's name, optionally followed by '@' and a source, but is 'a@'.",
                "ThroughputPerReplica must be more than 0, but is 0.",
                "DrainTime must be a duration such as 30s, 5m or 00:05:00, but is '60'.",
            ]
        },
        { "type: latency, arrivalMetric: rps", ["Objective is required for a rule of type latency."] },
        { "type: latency, arrivalMetric: rps, objective: 1s, serviceTime: 2s", ["Objective must be more than ServiceTime (2s), but is 1s."] },
        { "type: latency, arrivalMetric: rps, objective: 1s, percentile: 100", ["Percentile must be at least 50 and less than 100, but is 100."] },
        { "type: concurrency, metric: busy, target: 0, stableWindow: 1s", ["Target must be more than 0, but is 0.", "StableWindow must be between 6s and 1 hour, but is 1s."] },
        { "type: targetTracking", ["Metric is required for a rule of type targetTracking.", "Target is required for a rule of type targetTracking."] },
        {
            "type: targetTracking, metric: cpu, target: -5, kind: total, skipUnready: maybe, initializationPeriod: -1s, initialReadinessDelay: 30",
            [
                "Kind must be utilization, averageValue, totalValue or totalPerReplica, but is 'total'.",
                "Target must be more than 0, but is -5.",
                "SkipUnready must be true or false, but is 'maybe'.",
                "InitializationPeriod must be at least 0, but is -1s.",
                "InitialReadinessDelay must be a duration such as 30s, 5m or 00:05:00, but is '30'.",
            ]
        },
        { "type: step", ["Metric is required for a rule of type step.", "Steps is required for a rule of type step."] },
        { "type: step, metric: m, steps: []", ["Steps must hold at least 1 step, but is empty."] },
        { "type: step, metric: m, steps: [ { below: 2, change: 1 }, { from: 1, change: 1 } ]", ["Steps must not overlap: From must be at least 2, but is 1."] },
        {
            "type: schedule, start: x, end: 'H 0 * * *', timeZone: Mars/Olympus, exact: -3",
            [
                "Start must be a cron expression of five or six fields, but is 'x' (The given cron expression has an invalid format. Minutes: Value must be a number between 0 and 59 (all inclusive).).",
                "End must be a cron expression of five or six fields, but is 'H 0 * * *' (Using H in the format requires providing a jitter seed.).",
                "TimeZone must be an IANA time zone known to this machine, but is 'Mars/Olympus'.",
                "Replicas must be at least 0, but is -3.",
            ]
        },
        {
            "type: schedule, start: '0 0 * * *'",
            ["End is required for a rule of type schedule.", "Exactly one of Floor, Ceiling, Exact and Add is required for a rule of type schedule, but none is set."]
        },
        {
            "type: schedule, start: '0 0 * * *', end: '0 1 * * *', floor: 1, exact: 2",
            ["Exactly one of Floor, Ceiling, Exact and Add is required for a rule of type schedule, but Floor and Exact are set."]
        },
        { "type: threshold, cpuTarget: -1, memoryTarget: -2", ["CpuTarget must be more than 0, but is -1.", "MemoryTarget must be more than 0, but is -2."] },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void ParseYaml_APolicyWithABrokenSetting_NamesThePolicy(string settings, string[] errors) =>
        Errors($"policies: [ {{ service: other }}, {{ service: web, {settings} }} ]", [.. errors.Select(error => $"policies[1] (web): {error}")]);

    [Theory]
    [MemberData(nameof(Rules))]
    public void ParseYaml_ARuleWithABrokenSetting_NamesTheRule(string settings, string[] errors) =>
        Errors($"policies: [ {{ service: web, rules: [ {{ type: fixed, replicas: 1 }}, {{ {settings} }} ] }} ]", [.. errors.Select(error => $"policies[0] (web).rules[1]: {error}")]);

    [Theory]
    [InlineData("change: 1, from: 3, below: 2", "Steps Below must be more than From (3), but is 2.")]
    [InlineData("to: -1", "Steps To must be at least 0, but is -1.")]
    [InlineData("from: 1", "Exactly one of Change, PercentChange and To is required for a step, but none is set.")]
    [InlineData("change: 1, to: 1", "Exactly one of Change, PercentChange and To is required for a step, but Change and To are set.")]
    [InlineData("change: 1, above: 2", "'above' is not a setting of a step.")]
    [InlineData("percentChange: 1.5", "PercentChange must be a whole number, but is '1.5'.")]
    public void ParseYaml_ABrokenStep_NamesTheStep(string settings, string error) => Errors(
        $"policies: [ {{ service: web, rules: [ {{ type: step, metric: m, steps: [ {{ below: 0, change: -1 }}, {{ {settings} }}, {{ {settings} }} ] }} ] }} ]",
        $"policies[0] (web).rules[0].steps[1]: {error}",
        $"policies[0] (web).rules[0].steps[2]: {error}");

    [Theory]
    [InlineData('\ud800', 'x')]
    [InlineData('x', '\udc00')]
    [InlineData('\udc00', '\ud800')]
    public void ParseYaml_HalfACharacter_IsNoText(char first, char second) => Errors(
        $"policies: [ {{ service: web, scaler: {first}{second} }} ]",
        $"policies[0] (web): Scaler must be valid Unicode text, but is '{first}{second}'.");

    [Fact]
    public void ParseYaml_HalfACharacterInAKeyOfAMap_IsNoName()
    {
        Errors("policies: { \ud800x: { } }", "policies.\ud800x: Service must be valid Unicode text, but is '\ud800x'.");
        Errors("policies: { web: { metrics: { \ud800x: { } } } }", "policies.web.metrics.\ud800x: Metric must be valid Unicode text, but is '\ud800x'.");
        ScalingPolicy policy = new() { Target = "web", Metrics = [new() { Metric = "\ud800x" }] };
        Assert.Equal(["policies[0] (web): Metric must be valid Unicode text, but is '\ud800x'."], Assert.Throws<ScalingException>(() => PolicyDocument.ToYaml([policy])).Errors);
    }

    [Fact]
    public void ParseYaml_ACooldownOfThePolicyItself_SaysWhereItBelongs() => Errors(
        "policies: [ { service: web, scaleUpCooldown: 1m, scaleDownCooldown: 2m } ]",
        "policies[0] (web): ScaleUpCooldown must be set in the defaults or, for one policy, as behavior.scaleUp.cooldown.",
        "policies[0] (web): ScaleDownCooldown must be set in the defaults or, for one policy, as behavior.scaleDown.cooldown.");

    [Fact]
    public void ParseYaml_ABrokenBehavior_NamesEachPartOfIt() => Errors(
        """
        policies:
          - service: web
            behavior:
              preset: k8s
              flapGuard: on
              cooldown: 5m
              scaleUp: { cooldown: 25h, tolerance: -1, select: off, rateLimits: [ { replicas: 0, period: 2h }, { percent: 5 }, { period: 1s }, 3 ] }
              scaleDown: { stabilisationWindow: 5m, rateLimits: 4 }
        """,
        "policies[0] (web).behavior, line 4: Preset must be default, kubernetes or immediate, but is 'k8s'.",
        "policies[0] (web).behavior, line 5: FlapGuard must be true or false, but is 'on'.",
        "policies[0] (web).behavior.scaleUp, line 7: Cooldown must be between 0 and 24 hours, but is 1d 1h.",
        "policies[0] (web).behavior.scaleUp, line 7: Tolerance must be at least 0, but is -1.",
        "policies[0] (web).behavior.scaleUp, line 7: Select must be max, min or disabled, but is 'off'.",
        "policies[0] (web).behavior.scaleUp.rateLimits[0], line 7: RateLimits Replicas must be at least 1, but is 0.",
        "policies[0] (web).behavior.scaleUp.rateLimits[0], line 7: RateLimits Period must be more than 0 and at most 1 hour, but is 2h.",
        "policies[0] (web).behavior.scaleUp.rateLimits[1], line 7: Period is required for a rate limit.",
        "policies[0] (web).behavior.scaleUp.rateLimits[2], line 7: Exactly one of Replicas and Percent is required for a rate limit, but none is set.",
        "policies[0] (web).behavior.scaleUp, line 7: RateLimits[3] must be a block of settings, but is '3'.",
        "policies[0] (web).behavior.scaleDown, line 8: RateLimits must be a list, but is '4'.",
        "policies[0] (web).behavior.scaleDown, line 8: 'stabilisationWindow' is not a setting of a direction of a behavior; did you mean 'stabilizationWindow'?",
        "policies[0] (web).behavior, line 6: 'cooldown' is not a setting of a behavior.");

    [Fact]
    public void ParseYaml_ErrorsInSeveralPlaces_AreAllReportedAtOnce()
    {
        const string yaml = """
            version: 2
            defaults: { min: 5, max: 4, cpuTarget: 0, memoryTarget: 0, scaleUpCooldown: 25h, scaleDownCooldown: 10, interval: 5s }
            policies:
              - min: 3
              - service: "a b"
                max: -1
              - null
              - service: web
                min: 12
                rules: [ { type: fixed, replicas: -1 } ]
              - service: web
            """;
        var error = Errors(
            yaml,
            "Version must be 1, the only one that this version of the library reads, but is 2.",
            "defaults, line 2: Max must be at least Min (5), but is 4.",
            "defaults, line 2: CpuTarget must be more than 0, but is 0.",
            "defaults, line 2: MemoryTarget must be more than 0, but is 0.",
            "defaults, line 2: ScaleUpCooldown must be between 0 and 24 hours, but is 1d 1h.",
            "defaults, line 2: ScaleDownCooldown must be a duration such as 30s, 5m or 00:05:00, but is '10'.",
            "defaults, line 2: 'interval' is not a setting of the defaults.",
            "policies[0], line 4: Service is required for a policy.",
            "policies[1], line 5: Service must be a name without spaces or commas, but is 'a b'.",
            "policies[1], line 5: Max must be at least Min (1), but is -1.",
            "Policies[2] must be a block of settings, but is null.",
            "policies[3] (web), line 8: Max must be at least Min (12), but is 10.",
            "policies[3] (web).rules[0], line 10: Replicas must be at least 0, but is -1.",
            "policies[4] (web), line 11: Service must be different in every policy, but is 'web' here and in policies[3].");
        Assert.Equal(string.Join(Environment.NewLine, error.Errors), error.Message);
    }

    [Theory]
    [InlineData("", "A policy document must be a block of settings with a list named policies, but is null.")]
    [InlineData("# nothing", "A policy document must be a block of settings with a list named policies, but is null.")]
    [InlineData("[]", "A policy document must be a block of settings with a list named policies, but is a list.")]
    [InlineData("- service: web", "A policy document must be a block of settings with a list named policies, but is a list.")]
    [InlineData("web", "A policy document must be a block of settings with a list named policies, but is 'web'.")]
    [InlineData("{}", "Policies is required for a policy document.")]
    [InlineData("policies: web", "Policies must be a list or a map, but is 'web'.")]
    [InlineData("policies: { web: 3 }", "Policies.web must be a block of settings, but is '3'.")]
    [InlineData("policies: { web: { min: 11 } }", "policies.web: Max must be at least Min (11), but is 10.")]
    [InlineData("policies: { web: { rules: [ { type: fixed } ] } }", "policies.web.rules[0]: Replicas is required for a rule of type fixed.")]
    [InlineData("policies: { a b: { } }", "policies.a b: Service must be a name without spaces or commas, but is 'a b'.")]
    [InlineData("policies: { web: { service: api } }", "policies.web: Service must be the policy's key ('web') or left out, but is 'api'.")]
    [InlineData("policies: { web: { minn: 3 } }", "policies.web: 'minn' is not a setting of a policy; did you mean 'min'?")]
    [InlineData("policies: [ [] ]", "Policies[0] must be a block of settings, but is a list.")]
    [InlineData("{ policies: [], default: {} }", "'default' is not a setting of a policy document; did you mean 'defaults'?")]
    [InlineData("{ policies: [], defaults: 3 }", "Defaults must be a block of settings, but is '3'.")]
    public void ParseYaml_AnotherShape_IsOneSentence(string yaml, string error) => Errors(yaml, error);

    [Fact]
    public void ParseYaml_AMisspeltPolicies_IsMissedAndPointedOut() => Errors(
        "polices: []",
        "Policies is required for a policy document.",
        "'polices' is not a setting of a policy document; did you mean 'policies'?");

    [Fact]
    public void ParseYaml_AVeryLongValue_IsQuotedShortened() =>
        Errors($"policies: [ {{ service: web, min: {new string('x', 10_000)} }} ]", $"policies[0] (web): Min must be a whole number, but is '{new string('x', 80)}...'.");

    [Theory]
    [InlineData("", "The JSON document, line 1, column 1: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true.")]
    [InlineData("{\n  \"policies\": [,]\n}", "The JSON document, line 2, column 16: ',' is an invalid start of a value.")]
    [InlineData("{\n  \"policies\": [], \"policies\": []}", "The JSON document, line 2, column 19: The key 'policies' is there twice.")]
    [InlineData("{\"policies\": []} x", "The JSON document, line 1, column 18: 'x' is invalid after a single JSON value. Expected end of data.")]
    [InlineData("{\"policies\":[{\n\n\"service\":\"\\uD800\"}]}", "The JSON document, line 3, column 11: The text holds half of a surrogate pair.")]
    [InlineData("{\"\\uD800\":[]}", "The JSON document, line 1, column 2: The text holds half of a surrogate pair.")]
    [InlineData("\ud800", "The JSON document, line 1, column 1: '0xEF' is an invalid start of a value.")]
    public void ParseJson_BrokenText_SaysWhereAndWhat(string json, string error) =>
        Assert.Equal([error], Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson(json)).Errors);

    [Fact]
    public void ParseJson_DeepNesting_IsOneSentence() => Assert.Equal(
        ["The JSON document, line 1, column 65: The maximum configured depth of 64 has been exceeded. Cannot read next JSON array."],
        Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson(new string('[', 100_000))).Errors);

    [Fact]
    public void ParseJson_Null_IsOneSentence() => Assert.Equal(
        ["A policy document must be a block of settings with a list named policies, but is null."],
        Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson("null")).Errors);

    [Fact]
    public void ToJson_PoliciesThatCouldNotBeReadBack_AreAllNamed()
    {
        ScalingPolicy[] policies =
        [
            new() { Target = "web" },
            new() { Target = "web" },
            new() { Target = "api", Rules = [new BacklogRule { Metric = new("a@b"), ThroughputPerReplica = 1 }] },
            new() { Target = "jobs", Scaler = "a\ud800" },
        ];
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ToJson(policies));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(
            [
                "policies[1] (web): Service must be different in every policy, but is 'web' here and in policies[0].",
                "policies[2] (api): Metric must be a metric whose name and source hold no '@', but is 'a@b'.",
                "policies[3] (jobs): Scaler must be valid Unicode text, but is 'a\ud800'.",
            ],
            error.Errors);
    }

    [Fact]
    public void Parse_ADocumentOfSeveralLines_NamesTheLineOfEachSetting()
    {
        const string yaml = """
            policies:
              web:
                min: 3
                max: x
                rules:
                  - type: step
                    metric: m
                    steps:
                      - { below: 1, change: -1 }
                      - from: 0
                        change: 1
                  - type: schedule
                    start: nonsense
                    end: "0 8 * * *"
                    floor: 2
                    flor: 2
            polices: ~
            """;
        Errors(
            yaml,
            "policies.web, line 4: Max must be a whole number, but is 'x'.",
            "policies.web.rules[0], line 9: Steps must not overlap: From must be at least 1, but is 0.",
            "policies.web.rules[1], line 13: Start must be a cron expression of five or six fields, but is 'nonsense' (The given cron expression has an invalid format. Minutes: Value must be a number "
            + "between 0 and 59 (all inclusive).).",
            "policies.web.rules[1], line 16: 'flor' is not a setting of a rule of type schedule; did you mean 'floor'?",
            "'polices' is not a setting of a policy document; did you mean 'policies'?");
        const string json = """
            {
              // a comment
              "policies": [
                { "service": "web", "max": 0,
                  "interval": "x" },
                {
                  "min": 3 }
              ]
            }
            """;
        Assert.Equal(
            [
                "policies[0] (web), line 4: Max must be at least Min (1), but is 0.",
                "policies[0] (web), line 5: Interval must be a duration such as 30s, 5m or 00:05:00, but is 'x'.",
                "policies[1], line 6: Service is required for a policy.",
            ],
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson(json)).Errors);
    }

    [Fact]
    public void Parse_ErrorsInListsMapsAndTexts_NameTheirLines()
    {
        const string yaml = """
            policies:
              web:
                rules:
                  - type: schedule
                    start: 0 8 * * *
                    end: 0 9 * * *
                    floor: 2
                    except:
                      - 2026-12-24
                      - [ 2026-12-25 ]
                  - type: schedule
                    start: 0 8 * * *
                    end: 0 9 * * *
                    floor: 2
                    except:
                      day: 2026-12-24
                  - type: threshold
                    cpuTarget: 5
                  - 17
                metrics:
                  cpu:
                    atLeast: 1
                    after: x
                  "@app":
                    atMost: 5
                  queue: 7
              api:
                metrics: [ cpu ]
                shadows:
                  - name: a
                  - name: a
            """;
        Errors(
            yaml,
            "policies.web.rules[0], line 10: Except[1] must be text, but is a list.",
            "policies.web.rules[1], line 16: Except must be text or a list of texts, but is a block of settings.",
            "policies.web, line 19: Rules[3] must be a block of settings, but is '17'.",
            "policies.web.metrics.cpu, line 23: After must be a duration such as 30s, 5m or 00:05:00, but is 'x'.",
            "policies.web.metrics.@app, line 25: Metric must be a name, optionally followed by '@' and a source, but is ''.",
            "policies.web, line 26: Metrics.queue must be a block of settings, but is '7'.",
            "policies.api, line 28: Metrics must be a map, but is a list.",
            "policies.api, line 30: Shadows must have different names, but 2 are named 'a'.");
    }

    private static ScalingException Errors(string yaml, params string[] errors)
    {
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(errors, error.Errors);
        return error;
    }
}
