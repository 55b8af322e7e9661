namespace AutoScaling.Tests.Deciding;

public sealed class AllocationTests
{
    /// <summary>The workload of the reference data: windows of 60 s and 300 s, two limits each way, 20 recommendations, 20 changes.</summary>
    [Theory]
    [InlineData(20, 60, 60, 30)]
    [InlineData(60, 20, 20, 54)]
    [InlineData(40, 40, 40, 40)]
    public void Decide_WholeDecisionWithItsHistory_AllocatesAtMost512Bytes(int current, int raw, int centre, int expected)
    {
        var policy = new ScalingPolicy
        {
            Target = "web",
            Range = new(1, 200),
            Rules = [new FixedRule { Replicas = raw }],
            Behavior = new()
            {
                ScaleUp = new() { StabilizationWindow = Seconds(60), RateLimits = [RateLimit.Replicas(4, Seconds(60)), RateLimit.Percent(50, Seconds(120))] },
                ScaleDown = new() { StabilizationWindow = Seconds(300), RateLimits = [RateLimit.Replicas(2, Seconds(60)), RateLimit.Percent(10, Seconds(120))] },
                FlapGuard = false,
            },
        };
        var state = History(centre);
        var observation = new ScalingObservation { Replicas = ReplicaStatus.AllReady(current) };
        Assert.Equal(expected, Once().To);

        const int times = 1000;
        for (var i = 0; i < times; i++) Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++) Once();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / times, 1, 512);

        ScalingDecision Once()
        {
            var decision = ScalingDecisionEngine.Decide(policy, state, observation, Story.Start);
            GC.KeepAlive(state.After(decision, decision.From == decision.To ? ScaleOutcome.Unchanged : ScaleOutcome.Applied));
            return decision;
        }
    }

    private static ScalingState History(int centre)
    {
        Timeline? highs = null, lows = null, changes = null;
        for (var i = 19; i >= 0; i--)
        {
            var at = Ago(10 + (15 * i));
            highs = Timeline.AddToHighs(highs, at, centre + (i % 5) - 2);
            lows = Timeline.AddToLows(lows, at, centre + (i % 5) - 2);
        }

        for (var i = 9; i >= 0; i--)
        {
            changes = Timeline.Add(changes, Ago(12 + (15 * i)), -1);
            changes = Timeline.Add(changes, Ago(10 + (15 * i)), 1);
        }

        return new(Ago(3600), Ago(10), Ago(12)) { Highs = highs, Lows = lows, Changes = changes };
    }

    private static long Ago(double seconds) => Story.At(-seconds).UtcTicks;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
