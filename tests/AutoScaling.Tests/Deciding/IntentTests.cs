namespace AutoScaling.Tests.Deciding;

/// <summary>A scaling of which it is not known what became of it.</summary>
public sealed class IntentTests
{
    private static readonly ScalingPolicy Policy = new() { Target = "web", Range = new(1, 100) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_ItTookPlace_ItsCooldownHoldsAndNobodyIsAccused(bool restarted)
    {
        var state = Begun(4, 6, restarted);
        Assert.Equal((Story.At(0), 4, 6), (state.Intent!.At, state.Intent.From, state.Intent.To));

        var decision = Decide(state, found: 6, at: 60);
        decision.AssertHeld(ScalingGuard.Cooldown, 9, 6, until: 300);
        Assert.Null(decision.Expected);
        state = state.After(decision, ScaleOutcome.Unchanged);
        Assert.Equal((null, Story.At(0), 6, 0), (state.Intent, state.LastScaleUp, state.LastWritten, state.ConsecutiveFailures));
        Assert.Equal([new() { At = Story.At(0), Change = 2 }], state.Events);
    }

    [Theory]
    [InlineData(4, 6, true)] // as before
    [InlineData(4, 6, false)]
    [InlineData(9, 14, true)] // another count, of which nobody knows whose it is
    [InlineData(9, 14, false)]
    public void Decide_ItDidNotTakePlace_IsDecidedAnewAndNobodyIsAccused(int found, int to, bool restarted)
    {
        var state = Begun(4, 6, restarted);
        var decision = Decide(state, found, at: 60);
        Assert.Equal((found, to, null), (decision.From, decision.To, decision.Expected));
        state = state.After(decision, ScaleOutcome.Applied);
        Assert.Equal((null, Story.At(60), to), (state.Intent, state.LastScaleUp, state.LastWritten));
    }

    [Fact]
    public void After_CallComesBackLate_SettlesIt()
    {
        var decision = Decide(ScalingState.New, 4, 0);
        var doubtful = ScalingState.New.After(decision, ScaleOutcome.Doubtful("it did not answer within 5s"));
        Assert.Equal((1, 6), (doubtful.ConsecutiveFailures, doubtful.Intent!.To));
        var applied = doubtful.After(decision, ScaleOutcome.Applied);
        Assert.Equal((null, 6, 0), (applied.Intent, applied.LastWritten, applied.ConsecutiveFailures));
        Assert.Null(doubtful.After(decision, ScaleOutcome.Rejected("it moved")).Intent);
    }

    [Fact]
    public void After_FailedForSure_LeavesNoIntent() =>
        Assert.Null(ScalingState.New.After(Decide(ScalingState.New, 4, 0), ScaleOutcome.Failed("the API server answered 500")).Intent);

    [Fact]
    public void WithIntent_OfADecisionToStay_IsNone()
    {
        var decision = Decide(ScalingState.New, 4, 0, cpu: 50);
        Assert.Null(ScalingState.New.WithIntent(decision).Intent);
    }

    [Fact]
    public void AsOf_ClockWasSetBack_TheScalingWasBegunJustNow()
    {
        var state = Begun(4, 6, restarted: true);
        var decision = Decide(state, found: 6, at: -3600);
        decision.AssertHeld(ScalingGuard.Cooldown, 9, 6, until: -3600 + 300);
    }

    [Theory]
    [InlineData(true, 0)] // a scaling into the range must not hold up the metrics
    [InlineData(false, 300)]
    public void Decide_AScalingIntoTheBoundsTookPlace_StartsNoCooldownWithTheGuardsOn(bool guards, int until)
    {
        var policy = Policy with { Range = new(6, 100), Behavior = ScalingBehavior.Default with { SafetyGuards = guards } };
        var first = Decide(policy, ScalingState.New, found: 4, at: 0, cpu: 50);
        Assert.Equal((6, ScaleCause.Bounds), (first.To, first.Cause));
        var state = ScalingState.New.After(first, ScaleOutcome.Doubtful("so"));
        var second = Decide(policy, state, found: 6, at: 60);
        if (until == 0) Assert.Equal((9, null), (second.To, state.After(second, ScaleOutcome.Unchanged).LastScaleUp));
        else second.AssertHeld(ScalingGuard.Cooldown, 9, 6, until);
    }

    [Fact]
    public void Decide_ALargerNeedRightAfterADoubtfulScaleUp_DoesNotWait()
    {
        var up = ScalingBehavior.Default.ScaleUp with { LargerNeedPasses = true };
        var policy = Policy with { Rules = [new BacklogRule { Metric = "q", ThroughputPerReplica = 1 }], Behavior = ScalingBehavior.Default with { ScaleUp = up } };
        var first = Queue(ScalingState.New, found: 4, at: 0, length: 600);
        Assert.Equal(10, first.To);
        var state = ScalingState.New.After(first, ScaleOutcome.Doubtful("it did not answer within 5s"));

        state = state.After(Queue(state, found: 10, at: 30, length: 600), ScaleOutcome.Unchanged);
        Assert.Equal(11, Queue(state, found: 10, at: 60, length: 660).To);
        state = ScalingState.FromJson(state.ToJson());
        Assert.Equal(11, Queue(state, found: 10, at: 60, length: 660).To);

        ScalingDecision Queue(ScalingState state, int found, double at, double length) => ScalingDecisionEngine.Decide(
            policy,
            state,
            new() { Replicas = ReplicaStatus.AllReady(found), Metrics = new(MetricReading.Available("q", length, Story.At(at))) },
            Story.At(at));
    }

    private static ScalingState Begun(int from, int to, bool restarted)
    {
        var decision = Decide(ScalingState.New, from, 0);
        Assert.Equal(to, decision.To);
        return restarted ? ScalingState.FromJson(ScalingState.New.WithIntent(decision).ToJson()) : ScalingState.New.After(decision, ScaleOutcome.Doubtful("so"));
    }

    private static ScalingDecision Decide(ScalingState state, int found, double at, double cpu = 90) => Decide(Policy, state, found, at, cpu);

    private static ScalingDecision Decide(ScalingPolicy policy, ScalingState state, int found, double at, double cpu = 90) => ScalingDecisionEngine.Decide(
        policy, state, new() { Replicas = ReplicaStatus.AllReady(found), Metrics = ServiceMetrics.Of(Story.At(at), cpu) }, Story.At(at));
}
