using System.Text;
using Microsoft.Extensions.Configuration;

namespace AutoScaling.Tests.Policies;

/// <summary>A metric that is a source with an expression, which is then its name.</summary>
public sealed class ExpressionTests
{
    private const string Expression = "sum(rate(requests_total{service='{target}'}[2m] @ end()))";

    [Theory]
    [InlineData($"metric: {{ prom: \"{Expression}\" }}", Expression, "prom")]
    [InlineData("metric: { prom: queue }", "queue", "prom")]
    [InlineData("metric: \"count(jobs)@prom\"", "count(jobs)", "prom")]
    [InlineData("metric:\n      prom: |\n        sum by (service) (\n          rate(requests_total[2m])\n        )\n", "sum by (service) ( rate(requests_total[2m]) )", "prom")]
    public void ParseYaml_ASourceWithAnExpression_IsAMetric(string metric, string name, string source)
    {
        var policy = PolicyDocument.ParseYaml($"policies:\n- service: web\n  rules:\n  - type: targetTracking\n    target: 10\n    {metric}\n")[0];
        Assert.Equal(new MetricRef(name, source), ((TargetTrackingRule)policy.Rules[0]).Metric);
        AssertSame(policy, PolicyDocument.ParseYaml(PolicyDocument.ToYaml([policy]))[0]);
        AssertSame(policy, PolicyDocument.ParseJson(PolicyDocument.ToJson([policy]))[0]);
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(PolicyDocument.ToJson([policy])))).Build();
        AssertSame(policy, PolicyDocument.FromConfiguration(configuration)[0]);
    }

    [Fact]
    public void ToYaml_AnExpression_IsWrittenBesideItsSource()
    {
        var policy = new ScalingPolicy
        {
            Target = "web",
            Range = new(1, 10),
            Rules =
            [
                new BacklogRule { Metric = new("sum(depth)", "prom"), ArrivalMetric = new("cpu/app", "k8s"), InFlightMetric = new("a b", "odd:source"), ThroughputPerReplica = 1 },
            ],
        };
        var yaml = PolicyDocument.ToYaml([policy]).Replace("\"", "", StringComparison.Ordinal);
        var at = yaml.IndexOf("metric:", StringComparison.Ordinal);
        Assert.Equal("metric: prom: sum(depth) arrivalMetric: cpu/app@k8s inFlightMetric: a b@odd:source", string.Join(' ', yaml[at..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[..8]));
    }

    [Theory]
    [InlineData("metric: {}", "Metric must be one source with its expression, but is 0 of them.")]
    [InlineData("metric: { prom: up, other: up }", "Metric must be one source with its expression, but is 2 of them.")]
    [InlineData("metric: { prom: }", "Metric must be a source with an expression, but the expression for 'prom' is null.")]
    [InlineData("metric: { prom: ' ' }", "Metric must be a source with an expression, but the expression for 'prom' is ' '.")]
    [InlineData("metric: { prom: [ up ] }", "Metric must be a source with an expression, but the expression for 'prom' is a list.")]
    [InlineData("metric: { '': up }", "Metric must name a source after '@', but is 'up@'.")]
    [InlineData("metric: { prom: \"up\\tdown\" }", "Metric must be a name without invisible characters, but is 'up\\tdown'.")]
    public void ParseYaml_WhatIsNoExpression_IsRefused(string metric, string error)
    {
        var thrown = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml($"policies: [ {{ service: web, rules: [ {{ type: targetTracking, target: 10, {metric} }} ] }} ]"));
        Assert.Equal($"policies[0] (web).rules[0]: {error}", Assert.Single(thrown.Errors));
    }

    [Fact]
    public void ParseYaml_NullOfAnOptionalMetric_IsNone() => Assert.Null(((BacklogRule)PolicyDocument.ParseYaml(
        "policies: [ { service: web, rules: [ { type: backlog, metric: { prom: 'sum(x)' }, arrivalMetric: null, throughputPerReplica: 5 } ] } ]")[0].Rules[0]).ArrivalMetric);

    private static void AssertSame(ScalingPolicy expected, ScalingPolicy actual) => Assert.Equal(PolicyGen.Dump([expected]), PolicyGen.Dump([actual]));
}
