namespace AutoScaling.Tests.Deciding;

public sealed class CooldownTests
{
    private static readonly ScalingBehavior Cooldowns = new()
    {
        ScaleUp = new() { Cooldown = TimeSpan.FromSeconds(300) },
        ScaleDown = new() { Cooldown = TimeSpan.FromSeconds(600) },
        FlapGuard = false,
    };

    [Fact]
    public void FirstEvaluation_WantsMore_GetsItAtOnce() => new Story(Cooldowns, replicas: 3).Wants(0, 5).AssertFree(5);

    [Fact]
    public void FirstEvaluation_WantsFewer_HoldsForTheCooldown()
    {
        // What happened before is unknown, so the first evaluation counts as a change.
        var story = new Story(Cooldowns, replicas: 5);
        story.Wants(0, 3).AssertHeld(ScalingGuard.Cooldown, 3, 5, until: 600);
        story.Wants(599.9999999, 3).AssertHeld(ScalingGuard.Cooldown, 3, 5, until: 600);
        story.Wants(600, 3).AssertFree(3);
    }

    [Fact]
    public void ScaleUp_AfterAScaleUp_HoldsForTheUpCooldown()
    {
        var story = new Story(Cooldowns, replicas: 3);
        story.Wants(10, 5);
        story.Wants(40, 8).AssertHeld(ScalingGuard.Cooldown, 8, 5, until: 310);
        story.Wants(309.9999999, 8).AssertHeld(ScalingGuard.Cooldown, 8, 5, until: 310);
        story.Wants(310, 8).AssertFree(8);
        story.Wants(400, 9).AssertHeld(ScalingGuard.Cooldown, 9, 8, until: 610);
    }

    [Fact]
    public void ScaleUp_AfterAScaleDown_IsFree()
    {
        var story = new Story(Cooldowns, replicas: 5);
        story.Wants(0, 5);
        story.Wants(600, 3).AssertFree(3);
        story.Wants(601, 8).AssertFree(8);
    }

    [Fact]
    public void ScaleDown_AfterAScaleUp_HoldsForTheDownCooldown()
    {
        var story = new Story(Cooldowns, replicas: 5);
        story.Wants(0, 5);
        story.Wants(1000, 8).AssertFree(8);
        story.Wants(1100, 4).AssertHeld(ScalingGuard.Cooldown, 4, 8, until: 1600);
        story.Wants(1599.9999999, 4).AssertHeld(ScalingGuard.Cooldown, 4, 8, until: 1600);
        story.Wants(1600, 4).AssertFree(4);
    }

    [Fact]
    public void ScaleDown_AfterAScaleDown_HoldsForTheDownCooldown()
    {
        var story = new Story(Cooldowns, replicas: 9);
        story.Wants(0, 9);
        story.Wants(700, 7).AssertFree(7);
        story.Wants(800, 5).AssertHeld(ScalingGuard.Cooldown, 5, 7, until: 1300);
        story.Wants(1300, 5).AssertFree(5);
    }

    [Fact]
    public void ScaleDown_AfterBoth_HoldsFromTheLaterOne()
    {
        var story = new Story(Cooldowns, replicas: 9);
        story.Wants(0, 9);
        story.Wants(700, 7).AssertFree(7);
        story.Wants(900, 8).AssertFree(8);
        story.Wants(1300, 6).AssertHeld(ScalingGuard.Cooldown, 6, 8, until: 1500);
    }

    [Fact]
    public void ScaleDown_FewerThanTheFloorAreAskedFor_HoldsNoLongerThanTheCooldown()
    {
        // A floor below what there is holds nothing: an idle target goes down to its least replicas.
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(2, 50), Behavior = Cooldowns }, 6);
        for (var t = 0; t < 600; t += 30) story.Wants(t, 0).AssertHeld(ScalingGuard.Cooldown, 0, 6, until: 600);
        Assert.Equal(2, story.Wants(600, 0).To);
    }

    [Fact]
    public void ScaleDown_AFloorIsGone_HoldsForTheCooldownFromWhenItLastHeld()
    {
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(8, 50), Behavior = Cooldowns }, 8);
        for (var t = 0; t <= 3000; t += 30) Assert.Equal(8, story.Wants(t, 3).To);
        story.Policy = story.Policy with { Range = new(1, 50) };
        for (var t = 3030; t < 3600; t += 30) story.Wants(t, 3).AssertHeld(ScalingGuard.Cooldown, 3, 8, until: 3600);
        Assert.Equal(3, story.Wants(3600, 3).To);
    }

    [Fact]
    public void Stay_AnyTime_IsNeverHeld()
    {
        var story = new Story(Cooldowns, replicas: 3);
        story.Wants(0, 5);
        story.Wants(1, 5).AssertFree(5);
    }

    [Theory]
    [InlineData(0, 600)]
    [InlineData(300, 0)]
    [InlineData(0, 0)]
    public void Cooldown_OfZero_IsOff(double up, double down)
    {
        var behavior = Cooldowns with { ScaleUp = new() { Cooldown = TimeSpan.FromSeconds(up) }, ScaleDown = new() { Cooldown = TimeSpan.FromSeconds(down) } };
        var story = new Story(behavior, replicas: 3);
        story.Wants(0, 5).AssertFree(5);
        if (up == 0) story.Wants(0, 7).AssertFree(7);
        if (down == 0) story.Wants(0, 2).AssertFree(2);
    }

    [Fact]
    public void Cooldown_ChangedAtRunTime_CountsAtOnce()
    {
        var story = new Story(Cooldowns, replicas: 3);
        story.Wants(0, 5);
        story.Policy = story.Policy with { Behavior = Cooldowns with { ScaleUp = new() { Cooldown = TimeSpan.FromSeconds(20) } } };
        story.Wants(19, 8).AssertHeld(ScalingGuard.Cooldown, 8, 5, until: 20);
        story.Wants(20, 8).AssertFree(8);
    }

    [Theory]
    [InlineData(ScaleOutcomeKind.Rejected)]
    [InlineData(ScaleOutcomeKind.Failed)]
    [InlineData(ScaleOutcomeKind.Unchanged)]
    public void Cooldown_AfterAChangeThatDidNotHappen_DoesNotStart(ScaleOutcomeKind kind)
    {
        var story = new Story(Cooldowns, replicas: 3) { Outcome = new() { Kind = kind } };
        story.Wants(0, 5).AssertFree(5);
        story.Wants(1, 5).AssertFree(5);
        Assert.Null(story.State.LastScaleUp);
        story.Wants(600, 2).AssertFree(2);
        Assert.Null(story.State.LastScaleDown);
        story.Wants(601, 2).AssertFree(2);
    }
}
