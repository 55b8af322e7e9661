namespace AutoScaling.Tests.Loop;

/// <summary>What is scaled in the loop's rhythm counts from when it was due: a period of one interval takes one interval, not two.</summary>
public sealed class RhythmTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(120, 3)]
    [InlineData(3, 120)]
    [InlineData(4000, 1)]
    public async Task Tick_ReadsTakeTheirTime_EveryIntervalOfTheRampCounts(int firstTakes, int thenTakes)
    {
        using var system = System(RateLimit.Replicas(2, Interval), TimeSpan.Zero);
        var counts = await RampAsync(system, firstTakes, thenTakes);
        Assert.Equal([3, 5, 7, 9], counts);
    }

    [Fact]
    public async Task Tick_CooldownOfOneInterval_IsOverAtTheNext()
    {
        using var system = System(null, Interval);
        var counts = await RampAsync(system, 120, 3);
        Assert.Equal([2, 3, 5, 8], counts);
    }

    [Fact]
    public async Task Tick_LaterThanAnInterval_CountsFromWhenItIsDone()
    {
        using var system = System(RateLimit.Replicas(2, Interval), TimeSpan.Zero);
        system.Cpu = 99;
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(Interval * 2.9);
        await system.AutoScaler.TickAsync(Stop);
        Assert.Null(system.AutoScaler.GetRecent("web")[0].Decision!.Due);
        system.Time.Advance(Interval * 0.1);
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(5, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Evaluate_ByAScheduleOfOnesOwn_CountsFromWhenItWasDue()
    {
        var time = new TestTime();
        var evaluator = new TargetEvaluator(new TestScaler(time, 4), TestMetrics.Cpu(time, () => 90), time);
        var due = time.GetUtcNow();
        time.Advance(TimeSpan.FromSeconds(2));
        var record = await evaluator.EvaluateAsync(new() { Target = "web" }, ScalingState.New, new(), due: due, cancellationToken: Stop);
        Assert.Equal((due, due, TimeSpan.FromSeconds(2)), (record.Decision!.Due, record.Next.LastScaleUp, record.Lateness));
        Assert.Equal(record.Decision, ScalingDecision.FromJson(record.Decision.ToJson()));
        Assert.Equal(due, Assert.Single(record.Next.Events).At);
    }

    [Fact]
    public void After_SomebodyScaledSinceItWasDue_CountsFromThen()
    {
        var policy = new ScalingPolicy { Target = "web", Behavior = ScalingBehavior.Immediate };
        var now = new TestTime().GetUtcNow();
        var manual = ScalingDecision.Manual(policy, 4, new(3), now, null);
        var state = ScalingState.New.After(manual, ScaleOutcome.Applied);
        var seen = new ScalingObservation { Replicas = ReplicaStatus.AllReady(3), Metrics = ServiceMetrics.Of(now.AddSeconds(1), 90) };
        var decision = ScalingDecisionEngine.Decide(policy, state, seen, now.AddSeconds(1)).DueAt(now.AddSeconds(-5));
        state = state.After(decision, ScaleOutcome.Applied);
        Assert.Equal([now, now], state.Events.Select(e => e.At));
        Assert.Equal(state, ScalingState.FromJson(state.ToJson()));
    }

    private static async Task<List<int>> RampAsync(TestSystem system, int firstTakes, int thenTakes)
    {
        var counts = new List<int>();
        var takes = firstTakes;
        system.Metrics.Answer = (_, _) =>
        {
            system.Time.Advance(TimeSpan.FromMilliseconds(takes));
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 99));
        };
        for (var i = 0; i < 4; i++)
        {
            await system.AutoScaler.TickAsync(Stop);
            counts.Add(system.Scaler.Replicas("web"));
            system.Time.Advance(Interval - TimeSpan.FromMilliseconds(takes));
            takes = thenTakes;
        }

        return counts;
    }

    private static TestSystem System(RateLimit? limit, TimeSpan cooldown) => new(
        b => b.AddPolicy(new ScalingPolicy
        {
            Target = "web",
            Range = new(1, 100),
            Interval = Interval,
            Rules = [limit is null ? new ThresholdRule() : new FixedRule { Replicas = 50 }, new ThresholdRule()],
            Behavior = ScalingBehavior.Immediate with { ScaleUp = new() { Cooldown = cooldown, RateLimits = limit is { } l ? [l] : [] } },
        }),
        replicas: 1);
}
