namespace AutoScaling.Tests.Deciding;

/// <summary>Stories of recommendations that scroll through a window, as Knative's tests of its window tell them.</summary>
public sealed class StabilizationTests
{
    private static readonly ScalingBehavior Down60 = new() { ScaleDown = Window(60), FlapGuard = false };
    private static readonly ScalingBehavior Up60 = new() { ScaleUp = Window(60), FlapGuard = false };

    [Fact]
    public void DownWindow_LargestScrollsOut_DropsToTheNextLargest()
    {
        var story = new Story(Down60, replicas: 1);
        story.Wants(0, 1).AssertFree(1);
        story.Wants(10, 5).AssertFree(5); // up at once
        story.Wants(20, 4).AssertHeld(ScalingGuard.Stabilization, 4, 5, until: 70);
        story.Wants(30, 3).AssertHeld(ScalingGuard.Stabilization, 3, 5, until: 70);
        story.Wants(40, 2).AssertHeld(ScalingGuard.Stabilization, 2, 5, until: 70);
        story.Wants(69.9999999, 1).AssertHeld(ScalingGuard.Stabilization, 1, 5, until: 70);
        story.Wants(70, 1).AssertHeld(ScalingGuard.Stabilization, 1, 4, until: 80); // 5 scrolls out, drop to 4
        story.Wants(79, 1).AssertHeld(ScalingGuard.Stabilization, 1, 4, until: 80);
        story.Wants(80, 1).AssertHeld(ScalingGuard.Stabilization, 1, 3, until: 90); // 4 scrolls out, drop to 3
        story.Wants(90, 1).AssertHeld(ScalingGuard.Stabilization, 1, 2, until: 100);
        story.Wants(100, 1).AssertFree(1);
    }

    [Fact]
    public void DownWindow_TheSameHeightAgain_StartsAnew()
    {
        var story = new Story(Down60, replicas: 4);
        story.Wants(0, 4);
        story.Wants(50, 4);
        story.Wants(60, 2).AssertHeld(ScalingGuard.Stabilization, 2, 4, until: 110);
        story.Wants(110, 2).AssertFree(2);
    }

    [Fact]
    public void DownWindow_ASpike_HoldsWhatItBrought()
    {
        var story = new Story(Down60, replicas: 3);
        for (var t = 0; t < 100; t += 10) story.Wants(t, 3).AssertFree(3);
        story.Wants(100, 9).AssertFree(9);
        for (var t = 110; t < 160; t += 10) story.Wants(t, 3).AssertHeld(ScalingGuard.Stabilization, 3, 9, until: 160);
        story.Wants(160, 3).AssertFree(3);
    }

    [Fact]
    public void DownWindow_RecommendationAboveTheReplicas_NeverRaises()
    {
        // A recommendation that was never reached (here it was rejected) holds what there is; it does not add replicas later.
        var story = new Story(Down60, replicas: 3) { Outcome = ScaleOutcome.Rejected("it has 4 replicas, not 3") };
        story.Wants(0, 9);
        story.Outcome = ScaleOutcome.Applied;
        story.Wants(10, 2).AssertHeld(ScalingGuard.Stabilization, 2, 3, until: 60);
        story.Wants(60, 2).AssertFree(2);
    }

    [Fact]
    public void Until_SeveralOfTheWindowForbidMore_IsWhenTheLastOfThemLeaves()
    {
        // Wanted were 15, then 12, of at most 10: when 15 leaves at 60, 12 still keeps the 10 until 90.
        var story = new Story(Down60, replicas: 10, max: 10);
        story.Wants(0, 15);
        story.Wants(30, 12);
        story.Wants(40, 3).AssertHeld(ScalingGuard.Stabilization, 3, 10, until: 90);
        story.Wants(89, 3).AssertHeld(ScalingGuard.Stabilization, 3, 10, until: 90);
        story.Wants(90, 3).AssertFree(3);

        var up = new Story(Up60, replicas: 10, min: 10);
        up.Wants(0, 5);
        up.Wants(30, 7);
        up.Wants(40, 20).AssertHeld(ScalingGuard.Stabilization, 20, 10, until: 90);
        up.Wants(90, 20).AssertFree(20);
    }

    [Fact]
    public void DownWindow_AfterACrash_HoldsForWhatWasNotSaved()
    {
        // 5 was wanted at 30 and 40, so that it would be kept until 100; but the last that was saved is from 20.
        var story = new Story(Down60, replicas: 5);
        story.Wants(-60, 5);
        story.Wants(20, 2);
        var saved = ScalingState.FromJson(story.State.Snapshot().ToJson());
        story.Wants(30, 5);
        story.Wants(40, 5);
        story.Wants(50, 2).AssertHeld(ScalingGuard.Stabilization, 2, 5, until: 100);

        var next = new Story(Down60, replicas: 5) { State = saved };
        next.Wants(50, 2).AssertHeld(ScalingGuard.Stabilization, 2, 5, until: 110);
        next.Wants(109, 2).AssertHeld(ScalingGuard.Stabilization, 2, 5, until: 110);
        next.Wants(110, 2).AssertFree(2);
    }

    [Fact]
    public void DownWindow_AfterACrashAndBlind_HoldsFromWhenItSeesAgain()
    {
        var policy = new ScalingPolicy { Target = "web", Range = new(1, 100), Behavior = Down60, Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 50 }] };
        var story = new Story(policy, replicas: 4);
        story.Sees(0, 50);
        story.Sees(100, 25);
        story = new Story(policy, replicas: 4) { State = story.State.Snapshot() };
        story.Sees(110, double.NaN);
        story.Sees(120, 25).AssertHeld(ScalingGuard.Stabilization, 2, 4, until: 170);
    }

    [Fact]
    public void UpWindow_AfterACrash_IsNoLonger()
    {
        var story = new Story(Up60, replicas: 2);
        story.Wants(0, 2);
        story.Wants(10, 3);
        story.State = story.State.Snapshot();
        story.Wants(60, 3).AssertFree(3);
    }

    [Fact]
    public void UpWindow_SmallestScrollsOut_RisesToTheNextSmallest()
    {
        var story = new Story(Up60, replicas: 2);
        story.Wants(0, 2).AssertFree(2);
        story.Wants(10, 3).AssertHeld(ScalingGuard.Stabilization, 3, 2, until: 60);
        story.Wants(20, 5).AssertHeld(ScalingGuard.Stabilization, 5, 2, until: 60);
        story.Wants(59.9999999, 7).AssertHeld(ScalingGuard.Stabilization, 7, 2, until: 60);
        story.Wants(60, 7).AssertHeld(ScalingGuard.Stabilization, 7, 3, until: 70); // 2 scrolls out, rise to 3
        story.Wants(70, 7).AssertHeld(ScalingGuard.Stabilization, 7, 5, until: 80);
        story.Wants(80, 7).AssertFree(7);
    }

    [Fact]
    public void UpWindow_ADip_HoldsButNeverRemoves()
    {
        var story = new Story(Up60, replicas: 5);
        story.Wants(0, 5);
        story.Wants(100, 2).AssertFree(2); // down is at once
        story.Wants(110, 9).AssertHeld(ScalingGuard.Stabilization, 9, 2, until: 160);
        story.Replicas = 4; // someone else adds two: they are not taken away again
        story.Wants(120, 9).AssertHeld(ScalingGuard.Stabilization, 9, 4, until: 160);
        story.Wants(160, 9).AssertFree(9);
    }

    [Fact]
    public void BothWindows_NoisyRecommendations_KeepWhatThereIs()
    {
        var story = new Story(Down60 with { ScaleUp = Window(60) }, replicas: 5);
        story.Wants(0, 5);
        for (var t = 10; t < 300; t += 20)
        {
            story.Wants(t, 7);
            story.Wants(t + 10, 3);
            Assert.Equal(5, story.Replicas);
        }
    }

    [Fact]
    public void FirstEvaluation_WithWindows_CountsTheReplicasAsARecommendation()
    {
        new Story(Down60, replicas: 5).Wants(0, 2).AssertHeld(ScalingGuard.Stabilization, 2, 5, until: 60);
        new Story(Up60, replicas: 5).Wants(0, 9).AssertHeld(ScalingGuard.Stabilization, 9, 5, until: 60);
        new Story(Up60, replicas: 5).Wants(0, 2).AssertFree(2);
        new Story(Down60, replicas: 5).Wants(0, 9).AssertFree(9);
    }

    [Fact]
    public void Window_GrownAndShrunkAtRunTime_CountsAtOnce()
    {
        var story = new Story(Down60, replicas: 9);
        story.Wants(0, 9);
        story.Wants(30, 5);
        story.Policy = story.Policy with { Behavior = new() { ScaleDown = Window(200), FlapGuard = false } };
        story.Wants(100, 2).AssertHeld(ScalingGuard.Stabilization, 2, 9, until: 200);
        story.Policy = story.Policy with { Behavior = new() { ScaleDown = Window(80), FlapGuard = false } };
        story.Wants(100, 2).AssertHeld(ScalingGuard.Stabilization, 2, 5, until: 110);
    }

    [Fact]
    public void Window_AfterAnOutageOfTheMetrics_HoldsOnlyWhatIsYoungEnough()
    {
        var story = new Story(Down60 with { }, replicas: 6);
        story.Policy = story.Policy with { Rules = [new ThresholdRule()] };
        story.Sees(0, cpu: 50).AssertFree(6);
        story.Sees(30, cpu: double.NaN).AssertFree(6);
        story.Sees(59, cpu: 20).AssertHeld(ScalingGuard.Stabilization, 5, 6, until: 60);
        story.Sees(60, cpu: 20).AssertFree(5);
    }

    private static DirectionBehavior Window(double seconds) => new() { StabilizationWindow = TimeSpan.FromSeconds(seconds) };
}
