using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class ForecastLintTests
{
    private static readonly LintOptions Options = new() { StartDelay = Seconds(60), Interval = Seconds(15) };

    [Fact]
    public void Check_BehaviorThatLeavesTheWayToTheForecast_IsFine()
    {
        None(With(new(), new()), Options);
        None(With(new() { Cooldown = Seconds(60) }, new() { StabilizationWindow = Seconds(600), Cooldown = Seconds(600) }), Options);
    }

    [Fact]
    public void Check_ScaleUpCooldownLongerThanAStart_AddsAfterTheLoadHasCome() => Assert.Equal(
        ("held-forecast", "behavior.scaleUp.cooldown",
            "It is 5m, longer than the 1m that replicas take to start, so 'forecast' asks in time, and replicas are added after the load that was forecast has come. "
            + "Set it to 1m or less; the rule counts what is on its way."),
        Only(With(new() { Cooldown = Seconds(300) }, new()), Options));

    [Fact]
    public void Check_StartDelayOfTheRule_GoesBeforeThatOfTheOptions()
    {
        var slow = new ForecastRule { StartDelay = Seconds(300) };
        None(With(new() { Cooldown = Seconds(300) }, new(), slow), Options);
        Assert.Equal("behavior.scaleUp.stabilizationWindow", Only(With(new() { StabilizationWindow = Seconds(301) }, new(), slow), Options).Setting);
    }

    [Theory]
    [InlineData(true, "behavior.scaleDown.cooldown")]
    [InlineData(false, "behavior.scaleDown.stabilizationWindow")]
    public void Check_ScaleDownHeldForLong_CostsWhatTheForecastSaves(bool cooldown, string setting)
    {
        var found = Only(With(new(), cooldown ? new() { Cooldown = Seconds(601) } : new() { StabilizationWindow = Seconds(601) }), Options);
        Assert.Equal(("held-forecast", setting), (found.Rule, found.Setting));
        Assert.Equal(
            "It is 10m 1s, so replicas that 'forecast' lets go are kept for that long, which costs more than a forecast saves. Set it to 10m or less; the rule has a hold of its own.",
            found.Message);
    }

    [Fact]
    public void Check_RateReadElsewhere_IsALoadToSee()
    {
        ScalingRule[] others =
        [
            new QueueingRule { ArrivalMetric = "rps@app", Objective = Seconds(1) },
            new BacklogRule { Metric = "queue@app", ArrivalMetric = "rps@app", ThroughputPerReplica = 5 },
        ];
        foreach (var other in others)
        {
            var found = Only(With(new(), new(), new ForecastRule(), other), Options);
            Assert.Equal(
                ("blind-forecast", "rules[0].load",
                    "'forecast' sees the load by cpu alone, which ends at 100 %, so it does not see how much is missing when all replicas are in full use; "
                    + "another rule of the policy reads rps@app. Set it to rps@app."),
                found);
            None(With(new(), new(), new ForecastRule { Load = "rps@app" }, other), Options);
        }

        Assert.Equal("blind-forecast", Only(With(new(), new(), Tracking(50, "request_rate@app", TargetKind.TotalPerReplica), new ForecastRule()), Options).Rule);
    }

    private static ScalingPolicy With(DirectionBehavior up, DirectionBehavior down, params ScalingRule[] rules) =>
        Policy(rules.Length == 0 ? [new ForecastRule()] : rules) with { Behavior = new() { ScaleUp = up, ScaleDown = down } };
}
