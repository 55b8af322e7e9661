namespace AutoScaling.Tests.Policies;

/// <summary>Policies that would go to 0 replicas and stay there are refused when they are loaded.</summary>
public sealed class ZeroReplicasTests
{
    private const string Remedy = "Set min to 1, add a rule on a total, such as a backlog or a targetTracking of kind totalPerReplica, set activation in a rule "
        + "whose metric exists without replicas, or let a fixed rule or a schedule with a floor decide about 0.";

    [Theory]
    [InlineData("cpuTarget: 70", "threshold")]
    [InlineData("rules: [ { type: targetTracking, metric: cpu, target: 60 } ]", "cpu")]
    [InlineData("rules: [ { type: targetTracking, metric: rps, kind: averageValue, target: 60 } ]", "rps")]
    [InlineData("rules: [ { type: step, metric: cpu, steps: [ { from: 70, change: 1 } ] } ]", "step")]
    [InlineData("rules: [ { type: step, metric: queue, isTotal: true, steps: [ { from: 70, percentChange: 50 } ] } ]", "step")]
    [InlineData("rules: [ { type: threshold }, { type: schedule, start: 0 0 * * *, end: 0 6 * * *, exact: 0 } ]", "threshold")]
    [InlineData("combine: min, rules: [ { type: threshold }, { type: backlog, metric: queue, throughputPerReplica: 1 } ]", "threshold")]
    public void Parse_RulesThatSeeNothingWithoutReplicas_IsRefusedWithTheRemedy(string settings, string rule)
    {
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml($"policies: [ {{ service: web, min: 0, {settings} }} ]"));
        Assert.Equal(
            [$"policies[0] (web): Min must be at least 1 where nothing leads back from 0 replicas, but is 0, and '{rule}' sees no load without replicas. {Remedy}"],
            error.Errors);
    }

    [Theory]
    [InlineData("max: 0, cpuTarget: 70")]
    [InlineData("rules: [ { type: threshold }, { type: backlog, metric: queue, throughputPerReplica: 1 } ]")]
    [InlineData("rules: [ { type: targetTracking, metric: queue, kind: totalPerReplica, target: 60 } ]")]
    [InlineData("rules: [ { type: targetTracking, metric: queue, kind: totalValue, target: 60 } ]")]
    [InlineData("rules: [ { type: targetTracking, metric: rps, kind: averageValue, target: 60, activation: 5 } ]")]
    [InlineData("rules: [ { type: step, metric: latency, steps: [ { from: 70, change: 1 } ], activation: 5 } ]")]
    [InlineData("rules: [ { type: step, metric: queue, isTotal: true, steps: [ { from: 70, change: 1 } ] } ]")]
    [InlineData("rules: [ { type: threshold }, { type: schedule, start: 0 0 * * *, end: 0 6 * * *, floor: 1 } ]")]
    [InlineData("rules: [ { type: threshold }, { type: fixed, replicas: 0 } ]")]
    public void Parse_RulesOfWhichOneLeadsBack_IsAccepted(string settings) =>
        Assert.Equal(0, Assert.Single(PolicyDocument.ParseYaml($"policies: [ {{ service: web, min: 0, {settings} }} ]")).Range.Min);

    [Theory]
    [InlineData("activationReplicas: 2", "policies[0] (web).rules[0]: ActivationReplicas must be beside activation or left out, but is 2.")]
    [InlineData("idleTime: 1m", "policies[0] (web).rules[0]: IdleTime must be beside activation or left out, but is 1m.")]
    [InlineData("activation: 1, activationReplicas: 0", "policies[0] (web).rules[0]: ActivationReplicas must be at least 1, but is 0.")]
    [InlineData("activation: 1", "policies[0] (web).rules[0]: Activation must be left out or on a metric that exists without replicas, but Kind is Utilization: percent of what replicas requested.")]
    public void Parse_ActivationThatMakesNoSense_IsNamed(string settings, string sentence)
    {
        var error = Assert.Throws<ScalingException>(() =>
            PolicyDocument.ParseYaml($"policies: [ {{ service: web, rules: [ {{ type: targetTracking, metric: cpu, target: 5, {settings} }} ] }} ]"));
        Assert.Contains(error.Errors, e => e == sentence);
    }

    [Fact]
    public void ToYaml_PolicyThatCouldNotBeRead_IsRefused() =>
        Assert.Contains("Min must be at least 1", Assert.Throws<ScalingException>(() => PolicyDocument.ToYaml([new() { Target = "web", Range = new(0, 10) }])).Message, StringComparison.Ordinal);
}
