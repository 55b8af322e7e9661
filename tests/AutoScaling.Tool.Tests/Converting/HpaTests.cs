using System.Text.Json;
using AutoScaling.Tests;
using AutoScaling.Tool.Import;

namespace AutoScaling.Tool.Tests.Converting;

/// <summary>HorizontalPodAutoscalers as policies.</summary>
public sealed class HpaTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Hpa_NoMetricAndNoBehavior_HasTheDefaultsOfTheHpa()
    {
        var policy = Converted.Policy(Converted.Hpa(""));
        Assert.Equal(
            new()
            {
                Target = "shop/web",
                Range = new(1, 9),
                Interval = TimeSpan.FromSeconds(15),
                Rules = [new TargetTrackingRule { Metric = "cpu", Target = 80 }],
                Behavior = ScalingBehavior.Kubernetes,
            },
            policy);
    }

    [Theory]
    [InlineData("{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }", "cpu", TargetKind.Utilization, 60)]
    [InlineData("{ type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 250m } } }", "cpu", TargetKind.AverageValue, 0.25)]
    [InlineData("{ type: Resource, resource: { name: memory, target: { type: AverageValue, averageValue: 1.5Gi } } }", "memory", TargetKind.AverageValue, 1610612736)]
    [InlineData("{ type: ContainerResource, containerResource: { name: cpu, container: app, target: { type: Utilization, averageUtilization: 70 } } }", "cpu/app", TargetKind.Utilization, 70)]
    [InlineData("{ type: Pods, pods: { metric: { name: rps }, target: { type: AverageValue, averageValue: 1k } } }", "rps@k8s", TargetKind.AverageValue, 1000)]
    [InlineData("{ type: Object, object: { metric: { name: hits }, describedObject: { kind: Service, name: front }, target: { type: Value, value: 100 } } }", "hits@k8s", TargetKind.TotalValue, 100)]
    [InlineData("{ type: Object, object: { metric: { name: hits }, describedObject: { kind: Service, name: front }, target: { type: AverageValue, averageValue: 2500m } } }", "hits@k8s", TargetKind.TotalPerReplica, 2.5)]
    [InlineData("{ type: External, external: { metric: { name: queue }, target: { type: Value, value: '30' } } }", "queue@k8s", TargetKind.TotalValue, 30)]
    [InlineData("{ type: External, external: { metric: { name: queue }, target: { type: AverageValue, averageValue: 1e2 } } }", "queue@k8s", TargetKind.TotalPerReplica, 100)]
    public void Hpa_Metric_IsTargetTrackingOfItsKind(string metric, string name, TargetKind kind, double target)
    {
        foreach (var version in new[] { "autoscaling/v2", "autoscaling/v2beta2" })
        {
            var rule = Assert.IsType<TargetTrackingRule>(Assert.Single(Converted.Policy(Converted.Hpa($"metrics: [ {metric} ]", version)).Rules));
            Assert.Equal((MetricRef.Parse(name), kind, target), (rule.Metric, rule.Kind, rule.Target));
        }
    }

    [Theory]
    [InlineData("{ type: Resource, resource: { name: cpu, targetAverageUtilization: 60 } }", "cpu", TargetKind.Utilization, 60)]
    [InlineData("{ type: Resource, resource: { name: memory, targetAverageValue: 1Mi } }", "memory", TargetKind.AverageValue, 1048576)]
    [InlineData("{ type: Pods, pods: { metricName: rps, targetAverageValue: '10' } }", "rps@k8s", TargetKind.AverageValue, 10)]
    [InlineData("{ type: Object, object: { metricName: hits, target: { kind: Service, name: front }, targetValue: '10' } }", "hits@k8s", TargetKind.TotalValue, 10)]
    [InlineData("{ type: Object, object: { metricName: hits, target: { kind: Service, name: front }, targetValue: '0', averageValue: '7' } }", "hits@k8s", TargetKind.TotalPerReplica, 7)]
    [InlineData("{ type: External, external: { metricName: queue, metricSelector: { matchLabels: { q: a } }, targetAverageValue: '5' } }", "queue@k8s", TargetKind.TotalPerReplica, 5)]
    public void Hpa_OldMetric_IsTheSame(string metric, string name, TargetKind kind, double target)
    {
        var rule = Assert.IsType<TargetTrackingRule>(Assert.Single(Converted.Policy(Converted.Hpa($"metrics: [ {metric} ]", "autoscaling/v2beta1")).Rules));
        Assert.Equal((MetricRef.Parse(name), kind, target), (rule.Metric, rule.Kind, rule.Target));
    }

    [Fact]
    public void Hpa_V1WithAnnotations_HasItsMetricsAndItsBehavior()
    {
        var policy = Converted.Policy("""
            apiVersion: autoscaling/v1
            kind: HorizontalPodAutoscaler
            metadata:
              name: web
              namespace: shop
              annotations:
                autoscaling.alpha.kubernetes.io/conditions: '[]'
                autoscaling.alpha.kubernetes.io/metrics: '[{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":75}}]'
                autoscaling.alpha.kubernetes.io/behavior: '{"ScaleUp":{"StabilizationWindowSeconds":30,"SelectPolicy":"Min","Policies":[{"Type":"Pods","Value":2,"PeriodSeconds":45}],"Tolerance":null},"ScaleDown":null}'
            spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9, targetCPUUtilizationPercentage: 55 }
            status: { currentReplicas: 1, desiredReplicas: 1 }
            """);
        Assert.Equal([("cpu", 55.0), ("memory", 75.0)], policy.Rules.Cast<TargetTrackingRule>().Select(r => (r.Metric.Name, r.Target)));
        Assert.Equal(
            ScalingBehavior.Kubernetes.ScaleUp with
            {
                StabilizationWindow = TimeSpan.FromSeconds(30),
                Select = RateLimitSelect.Min,
                RateLimits = [RateLimit.Replicas(2, TimeSpan.FromSeconds(45))],
            },
            policy.Behavior.ScaleUp);
        Assert.Equal(ScalingBehavior.Kubernetes.ScaleDown, policy.Behavior.ScaleDown);
    }

    [Fact]
    public void Hpa_Behavior_IsMappedWhole()
    {
        var behavior = Converted.Policy(Converted.Hpa("""
            behavior:
              scaleUp: { stabilizationWindowSeconds: 60, tolerance: 50m, selectPolicy: Min, policies: [ { type: Percent, value: 50, periodSeconds: 60 }, { type: Pods, value: 3, periodSeconds: 30 } ] }
              scaleDown: { stabilizationWindowSeconds: 0, tolerance: "0", selectPolicy: Disabled }
            """)).Behavior;
        Assert.Equal(
            new DirectionBehavior
            {
                StabilizationWindow = TimeSpan.FromMinutes(1),
                Tolerance = 0.05,
                Select = RateLimitSelect.Min,
                RateLimits = [RateLimit.Percent(50, TimeSpan.FromMinutes(1)), RateLimit.Replicas(3, TimeSpan.FromSeconds(30))],
            },
            behavior.ScaleUp);
        Assert.Equal(
            ScalingBehavior.Kubernetes.ScaleDown with { StabilizationWindow = TimeSpan.Zero, Tolerance = 0, Select = RateLimitSelect.Disabled }, behavior.ScaleDown);
    }

    /// <summary>The reference sequences have the behaviour of an HPA: as an HPA's YAML, converted, the engine gives its answers.</summary>
    [Fact]
    public void Hpa_EverySequenceOfTheReference_DecidesLikeTheHpa()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Oracle.File("hpa", "sequences.json")));
        var sequences = document.RootElement.GetProperty("sequences").EnumerateArray().ToList();
        Assert.True(sequences.Count >= 80);
        foreach (var sequence in sequences)
        {
            int[] Numbers(string name) => [.. sequence.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];
            var policy = Converted.Policy(
                $$"""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: { name: web }
                spec:
                  scaleTargetRef: { kind: Deployment, name: web, apiVersion: apps/v1 }
                  minReplicas: {{sequence.GetProperty("minReplicas")}}
                  maxReplicas: {{sequence.GetProperty("maxReplicas")}}
                  metrics: [ { type: External, external: { metric: { name: queue }, target: { type: Value, value: "1" } } } ]
                  behavior: { scaleUp: {{sequence.GetProperty("scaleUp").GetRawText()}}, scaleDown: {{sequence.GetProperty("scaleDown").GetRawText()}} }
                """,
                exact: true);
            var (t, raw, current, desired) = (Numbers("t"), Numbers("raw"), Numbers("current"), Numbers("desired"));
            var state = ScalingState.New;
            for (var i = 0; i < t.Length; i++)
            {
                var decision = ScalingDecisionEngine.Decide(
                    policy with { Rules = [new FixedRule { Replicas = raw[i] }] }, state, new() { Replicas = ReplicaStatus.AllReady(current[i]) }, Noon.AddSeconds(t[i]));
                Assert.True(desired[i] == decision.To, $"{sequence.GetProperty("id")}, step {i}: the HPA says {desired[i]}, we say {decision.To}.");
                state = state.After(decision, decision.To == decision.From ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
            }
        }
    }

    [Theory]
    [InlineData("{ apiVersion: apps/v1, kind: StatefulSet, name: db }", "shop/statefulsets/db")]
    [InlineData("{ apiVersion: v1, kind: ReplicationController, name: old }", "shop/replicationcontrollers/old")]
    [InlineData("{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web }", "shop/argoproj.io/v1alpha1/rollouts/web")]
    public void Hpa_OtherKindOfTarget_IsNamedAsTheScalerReadsIt(string reference, string service) => Assert.Equal(
        service,
        Converted.Policy(Converted.Hpa("").Replace("{ apiVersion: apps/v1, kind: Deployment, name: web }", reference, StringComparison.Ordinal)).Target.Name);

    [Fact]
    public void Hpa_MetricsOfAdapters_TellWhatTheHostNeeds()
    {
        var told = Converted.Of(Converted.Hpa("""
            metrics:
              - { type: Pods, pods: { metric: { name: rps, selector: { matchLabels: { verb: GET }, matchExpressions: [ { key: tier, operator: In, values: [ a, b ] }, { key: old, operator: DoesNotExist } ] } }, target: { type: AverageValue, averageValue: 1 } } }
              - { type: Object, object: { metric: { name: rps }, describedObject: { apiVersion: networking.k8s.io/v1, kind: Ingress, name: main }, target: { type: Value, value: 1 } } }
            """)).Told(ImportRules.ToDo);
        Assert.Equal(
            [
                ("spec.metrics[0].pods", "needs a source in the host: AddKubernetesMetrics(\"k8s\", KubernetesMetric.Pods(\"rps\") with { Selector = \"verb=GET,tier in (a,b),!old\" })."),
                ("spec.metrics[1].object", "needs a source in the host: AddKubernetesMetrics(\"k8s\", KubernetesMetric.Object(\"rps\", \"ingresses.networking.k8s.io\", \"main\") with { Name = \"rps-2\" })."),
            ],
            told);
    }

    [Fact]
    public void Hpa_ResourceThatCannotBeRead_IsLeftOutAndTold()
    {
        var conversion = Converted.Of(Converted.Hpa("""
            metrics:
              - { type: Resource, resource: { name: nvidia.com/gpu, target: { type: Utilization, averageUtilization: 50 } } }
              - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }
            """));
        Assert.Equal(["spec.metrics[0].resource.name"], conversion.LeftOut());
        Assert.Single(Assert.Single(conversion.Policies).Rules);
    }

    [Theory]
    [InlineData("minReplicas: 10", "makes no policy: Max must be at least Min (10), but is 9.")]
    [InlineData("minReplicas: many", "must be a whole number, but is 'many'.")]
    [InlineData("behavior: { scaleUp: { selectPolicy: Most } }", "must be Max, Min or Disabled, but is 'Most'.")]
    [InlineData("behavior: { scaleUp: { policies: [ { type: Pods, value: 1 } ] } }", "must be there, but is not.")]
    [InlineData("metrics: [ { type: Resource, resource: { name: cpu, target: { type: Utilization } } } ]", "must be there, but is not.")]
    [InlineData("metrics: [ { type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 5x } } } ]", "must be a quantity such as 500m or 1.5Gi, but is '5x'.")]
    public void Hpa_Broken_IsToldAndMakesNoPolicy(string spec, string sentence)
    {
        var conversion = Converted.Of(Converted.Hpa(spec));
        Assert.Empty(conversion.Policies);
        Assert.Equal([sentence], conversion.Told(ImportRules.Invalid).Select(f => f.Message));
    }

    [Fact]
    public void Hpa_TwoOfOneTarget_TheFirstCounts()
    {
        var conversion = Converted.Of($"{Converted.Hpa("minReplicas: 2")}\n---\n{Converted.Hpa("minReplicas: 3")}");
        Assert.Equal(2, Assert.Single(conversion.Policies).Range.Min);
        Assert.Equal(["spec.scaleTargetRef"], conversion.LeftOut());
    }
}
