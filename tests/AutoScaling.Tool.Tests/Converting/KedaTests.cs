using AutoScaling.Tool.Import;

namespace AutoScaling.Tool.Tests.Converting;

/// <summary>ScaledObjects as policies.</summary>
public sealed class KedaTests
{
    private const string Cpu = "triggers: [ { type: cpu, metricType: Utilization, metadata: { value: '60' } } ]";
    private const string Query = "label_replace(sum(rate(jobs[2m])), \"service\", \"{target}\", \"\", \"\")";

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Keda_Prometheus_AsksForItsTargetAndGoesToZeroAfterTheCooldown()
    {
        var policy = Converted.Policy(Converted.Keda(Prometheus("activationThreshold: '5'")));
        var metric = new MetricRef(Query, "prom");
        Assert.Equal(
            new()
            {
                Target = "shop/work",
                Range = new(0, 100),
                Interval = TimeSpan.FromSeconds(15),
                Rules =
                [
                    new TargetTrackingRule
                    {
                        Name = "prometheus",
                        Metric = metric,
                        Kind = TargetKind.TotalPerReplica,
                        Target = 20,
                        Activation = new() { Above = 5, Replicas = 1, IdleTime = TimeSpan.Zero },
                    },
                ],
                Metrics = [new() { Metric = metric, IfMissing = MissingMeaning.Of(0) }],
                Behavior = ScalingBehavior.Kubernetes,
            },
            policy);

        // KEDA removes the last replica 300 s after there was something to do last: here the stabilization window does.
        var (state, replicas, at) = (ScalingState.New, 2, 0);
        for (; at <= 900 && replicas > 0; at += 15)
        {
            var reading = MetricReading.Available(metric, at < 60 ? 30 : 0, Noon.AddSeconds(at));
            var seen = new ScalingObservation { Replicas = ReplicaStatus.AllReady(replicas), Metrics = new(reading) };
            var decision = ScalingDecisionEngine.Decide(policy, state, seen, Noon.AddSeconds(at));
            state = state.After(decision, decision.To == decision.From ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
            replicas = decision.To;
        }

        Assert.Equal((0, 45 + 300), (replicas, at - 15));
    }

    [Theory]
    [InlineData(600, 300, 300)]
    [InlineData(300, 300, 0)]
    [InlineData(60, 300, 0)]
    [InlineData(300, 0, 300)]
    public void Keda_Cooldown_IsThatBeyondTheStabilizationWindow(int cooldown, int window, int idle)
    {
        var policy = Converted.Policy(Converted.Keda($$"""
            cooldownPeriod: {{cooldown}}
            advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: {{window}} } } } }
            {{Prometheus("")}}
            """));
        Assert.Equal(TimeSpan.FromSeconds(idle), Assert.IsType<TargetTrackingRule>(policy.Rules[0]).Activation!.IdleTime);
    }

    [Fact]
    public void Keda_LeastReplicas_NeedsNoActivation()
    {
        var policy = Converted.Policy(Converted.Keda($"minReplicaCount: 2\n{Prometheus("activationThreshold: '5'")}"));
        Assert.Equal(new ReplicaRange(2, 100), policy.Range);
        Assert.Null(Assert.IsType<TargetTrackingRule>(policy.Rules[0]).Activation);
    }

    [Fact]
    public void Keda_IdleReplicaCount_GoesToZeroAndBackToTheLeast()
    {
        var policy = Converted.Policy(Converted.Keda($"minReplicaCount: 3\nidleReplicaCount: 0\n{Prometheus("")}"));
        Assert.Equal(0, policy.Range.Min);
        Assert.Equal(3, Assert.IsType<TargetTrackingRule>(policy.Rules[0]).Activation!.Replicas);
    }

    [Theory]
    [InlineData("{ type: cpu, metricType: Utilization, metadata: { value: '60' } }", "cpu", TargetKind.Utilization, 60)]
    [InlineData("{ type: cpu, metadata: { type: Utilization, value: '60' } }", "cpu", TargetKind.Utilization, 60)]
    [InlineData("{ type: memory, metricType: AverageValue, metadata: { value: 512Mi } }", "memory", TargetKind.AverageValue, 536870912)]
    [InlineData("{ type: cpu, metadata: { value: '60', containerName: app } }", "cpu/app", TargetKind.Utilization, 60)]
    public void Keda_Resource_IsTargetTrackingWithOneReplicaAtLeast(string trigger, string metric, TargetKind kind, double target)
    {
        var policy = Converted.Policy(Converted.Keda($"triggers: [ {trigger} ]"));
        var rule = Assert.IsType<TargetTrackingRule>(Assert.Single(policy.Rules));
        Assert.Equal((1, MetricRef.Parse(metric), kind, target), (policy.Range.Min, rule.Metric, rule.Kind, rule.Target));
    }

    [Fact]
    public void Keda_Cron_IsAScheduleWithAFloorThatRateLimitsLeadTo()
    {
        var policy = Converted.Policy(Converted.Keda("""
            minReplicaCount: 1
            triggers: [ { type: cron, name: day, metadata: { timezone: Europe/Berlin, start: 0 8 * * 1-5, end: 0 18 * * 1-5, desiredReplicas: "7" } } ]
            """));
        Assert.Equal(
            new ScheduleRule { Name = "day", Start = "0 8 * * 1-5", End = "0 18 * * 1-5", TimeZone = "Europe/Berlin", Replicas = 7, Gradual = true },
            Assert.Single(policy.Rules));
    }

    [Fact]
    public void Keda_CronWithDaysOfMonthAndWeek_IsTold() => Assert.Equal(
        ["spec.triggers[0].metadata.start"],
        Converted.Of(Converted.Keda(
            "triggers: [ { type: cron, metadata: { timezone: UTC, start: 0 8 1 * 1, end: 0 18 * * *, desiredReplicas: '7' } } ]")).LeftOut());

    [Theory]
    [InlineData("", 5, true)]
    [InlineData(", behavior: currentReplicasIfHigher", 5, false)]
    [InlineData(", behavior: currentReplicas", null, false)]
    public void Keda_Fallback_IsWhatThereIsWhileTheMetricFails(string behavior, int? replicas, bool differs)
    {
        var yaml = Converted.Keda($"minReplicaCount: 1\nfallback: {{ failureThreshold: 4, replicas: 5{behavior} }}\n{Prometheus("ignoreNullValues: 'false'")}");
        var known = Assert.Single(Converted.Policy(yaml).Metrics);
        Assert.Equal((replicas, TimeSpan.FromMinutes(1), MissingMeaning.Hold), (known.IfFailedReplicas, known.After, known.IfMissing));
        Assert.Equal(differs, Converted.Of(yaml).Told(ImportRules.Differs).Any(f => f.Place is "spec.fallback.replicas"));
    }

    [Fact]
    public void Keda_NothingForNullValues_NeedsNothing() =>
        Assert.Empty(Converted.Policy(Converted.Keda($"minReplicaCount: 1\n{Prometheus("ignoreNullValues: 'false'")}")).Metrics);

    [Fact]
    public void Keda_ExactNullValues_CountAtOnce() => Assert.Equal(
        TimeSpan.Zero, Assert.Single(Converted.Policy(Converted.Keda(Prometheus("")), exact: true).Metrics).After);

    [Fact]
    public void Keda_Behavior_IsThatOfTheHpa() => Assert.Equal(
        ScalingBehavior.Kubernetes with
        {
            ScaleUp = ScalingBehavior.Kubernetes.ScaleUp with { RateLimits = [RateLimit.Replicas(1, TimeSpan.FromMinutes(1))] },
        },
        Converted.Policy(Converted.Keda($$"""
            advanced: { horizontalPodAutoscalerConfig: { name: own, behavior: { scaleUp: { policies: [ { type: Pods, value: 1, periodSeconds: 60 } ] } } } }
            {{Cpu}}
            """)).Behavior);

    [Theory]
    [InlineData("autoscaling.keda.sh/paused: 'true'", true, RateLimitSelect.Max, RateLimitSelect.Max, 1)]
    [InlineData("autoscaling.keda.sh/paused: 'false'", false, RateLimitSelect.Max, RateLimitSelect.Max, 1)]
    [InlineData("autoscaling.keda.sh/paused-scale-in: 'true'", false, RateLimitSelect.Max, RateLimitSelect.Disabled, 1)]
    [InlineData("autoscaling.keda.sh/paused-scale-out: 'true'", false, RateLimitSelect.Disabled, RateLimitSelect.Max, 1)]
    [InlineData("autoscaling.keda.sh/paused-replicas: '4'", false, RateLimitSelect.Max, RateLimitSelect.Max, 4)]
    public void Keda_Paused_IsPaused(string annotation, bool paused, RateLimitSelect up, RateLimitSelect down, int min)
    {
        var policy = Converted.Policy(Converted.Keda(Cpu, $"{{ {annotation} }}"));
        Assert.Equal((paused, up, down, min), (policy.Paused, policy.Behavior.ScaleUp.Select, policy.Behavior.ScaleDown.Select, policy.Range.Min));
    }

    [Fact]
    public void Keda_TwoServers_AreTwoSourcesAndOneThatIsAskedAlikeIsShared()
    {
        static string Of(string server) => $"{{ type: prometheus, metadata: {{ serverAddress: '{server}', query: q, threshold: '1' }} }}";
        var policy = Converted.Policy(Converted.Keda($"triggers: [ {Of("http://a")}, {Of("http://b")}, {Of("http://a")} ]"));
        Assert.Equal(["prom", "prom2", "prom"], policy.Rules.Select(r => Assert.Single(r.Metrics).Source));
    }

    [Theory]
    [InlineData("rabbitmq", "docs/commands-and-http.md has a recipe")]
    [InlineData("redis", "docs/commands-and-http.md has a recipe")]
    [InlineData("metrics-api", "Http:NAME:Metrics")]
    [InlineData("kafka", "no package has a source for it")]
    public void Keda_OtherTrigger_TellsWhatWouldDoTheSame(string type, string advice)
    {
        var conversion = Converted.Of(Converted.Keda($"triggers: [ {{ type: {type}, metadata: {{ password: s3cret }} }} ]"));
        Assert.Empty(conversion.Policies);
        Assert.Equal(["spec.triggers[0].type", "spec.triggers"], conversion.LeftOut());
        Assert.Contains(advice, conversion.Findings[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain(conversion.Findings, f => f.Message.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public void Keda_HpaThatItMade_IsPassedOverBesideItsScaledObject()
    {
        const string Made = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: { name: keda-hpa-work, namespace: shop, ownerReferences: [ { apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: work, uid: x, controller: true } ] }
            spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: work }, maxReplicas: 9 }
            """;
        Assert.Empty(Converted.Of($"{Made}\n---\n{Converted.Keda(Cpu)}").LeftOut());
        Assert.Equal(["metadata.ownerReferences"], Converted.Of(Made).LeftOut());
    }

    [Fact]
    public void Keda_Authentication_IsToDo()
    {
        var told = Converted.Of($$"""
            {{Converted.Keda(Prometheus("authModes: bearer").Replace("type: prometheus", "type: prometheus, authenticationRef: { name: prom-auth, kind: TriggerAuthentication }", StringComparison.Ordinal))}}
            ---
            apiVersion: keda.sh/v1alpha1
            kind: TriggerAuthentication
            metadata: { name: prom-auth, namespace: shop }
            spec: { secretTargetRef: [ { parameter: bearerToken, name: s, key: k } ] }
            """).Told(ImportRules.ToDo);
        Assert.Equal(
            ["spec.triggers[0].authenticationRef", "spec.triggers[0].metadata.serverAddress", "spec.triggers[0].metadata.authModes", null], told.Select(t => t.Place));
    }

    private static string Prometheus(string more) =>
        $"triggers: [ {{ type: prometheus, metadata: {{ serverAddress: 'http://prom:9090', query: 'sum(rate(jobs[2m]))', threshold: '20', {more} }} }} ]";
}
