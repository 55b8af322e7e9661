using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Metrics;

/// <summary>Metrics that are there and yet do not say what they seem to: no replica is taken away for their sake.</summary>
public sealed class DoubtfulMetricsTests(ClusterFixture cluster, MetricsFixture metrics)
{
    private static readonly ScalingRule[] Rules =
    [
        new ThresholdRule { CpuTarget = 70 },
        new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 50 },
        new TargetTrackingRule { Metric = MetricRef.Cpu, Kind = TargetKind.AverageValue, Target = 0.05 },
        new StepRule { Metric = MetricRef.Cpu, Steps = [new() { Below = 20, Adjustment = StepAdjustment.PercentChange, Amount = -50 }] },
    ];

    [Fact]
    public async Task Decide_MetricsServerThatHasJustStarted_HasNothingYetAndThatIsNotZero()
    {
        var space = await SpaceAsync(4);

        // It answers 200 with an empty list, then with some of the pods, then with all of them.
        foreach (var rule in Rules)
        {
            var decision = await space.DecideAsync("web", rule);
            Assert.Equal((4, 4, RecommendationKind.Unavailable), (decision.From, decision.To, decision.Recommendations[0].Kind));
            Assert.Equal($"metrics.k8s.io has no CPU of any running pod of deployment 'web' in namespace '{space.Name}' yet", decision.Recommendations[0].Detail);
        }

        space.Use(Pod(1), ("app", "1m", "1Mi"));
        foreach (var rule in Rules)
        {
            // Those that are not measured count as fully used; to the average of an amount, as in the HPA, as just at their target.
            var average = rule is TargetTrackingRule { Kind: TargetKind.AverageValue };
            var decision = await space.DecideAsync("web", rule);
            Assert.Equal(
                (4, average ? 3 : 4, average ? RecommendationReason.BelowTarget : RecommendationReason.Undecided), (decision.From, decision.To, decision.Recommendations[0].Reason));
        }

        foreach (var pod in Enumerable.Range(2, 3)) space.Use(Pod(pod), ("app", "1m", "1Mi"));
        foreach (var rule in Rules) Assert.InRange((await space.DecideAsync("web", rule)).To, 1, 3);
    }

    [Fact]
    public async Task Decide_OnlyAPodThatIsNotReadyIsMeasured_SaysNothingOfThoseThatServe()
    {
        var space = await SpaceAsync(4);
        await space.AddAsync(Pod(5) with { Ready = "False", ReadySince = TimeSpan.FromMinutes(1) }, ("app", "1m", "1Mi"));

        foreach (var rule in Rules) Assert.Equal(4, (await space.DecideAsync("web", rule)).To);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public async Task Decide_ClocksThatAreTenMinutesApart_HoldsWhatThereIs(int seconds)
    {
        var space = await SpaceAsync(4);
        for (var pod = 1; pod <= 4; pod++) space.Use(Pod(pod), space.Now.AddSeconds(seconds), ("app", "1m", "1Mi"));

        foreach (var rule in Rules)
        {
            var decision = await space.DecideAsync("web", rule);
            Assert.Equal((4, RecommendationKind.Unavailable, RecommendationReason.MetricStale), (decision.To, decision.Recommendations[0].Kind, decision.Recommendations[0].Reason));
        }
    }

    [Theory]
    [InlineData(-600)]
    [InlineData(360)]
    public async Task Decide_ClockOfOneNodeIsOff_ItsPodIsMissingAndTheOthersCount(int seconds)
    {
        var space = await SpaceAsync(4);

        // What the pod of that node used at that time says nothing of now: it was idle.
        for (var pod = 1; pod <= 4; pod++) space.Use(Pod(pod), pod == 4 ? space.Now.AddSeconds(seconds) : space.Now.AddSeconds(-20), ("app", pod == 4 ? "1m" : "200m", "1Mi"));
        var cpu = (await space.ReadAsync("web", MetricRef.Cpu))[MetricRef.Cpu];
        Assert.Equal((200, space.Now.AddSeconds(-20)), (cpu.Value, cpu.At));
        foreach (var rule in Rules.Take(3))
        {
            Assert.InRange((await space.DecideAsync("web", rule)).To, 5, 100);
            Assert.InRange((await space.DecideAsync("web", rule, ScalingBehavior.Kubernetes)).To, 5, 100);
        }

        // Nor is it a reason to remove more than the others allow: a pod that is not measured counts as fully used.
        for (var pod = 1; pod <= 4; pod++) space.Use(Pod(pod), pod == 4 ? space.Now.AddSeconds(seconds) : space.Now.AddSeconds(-20), ("app", pod == 4 ? "900m" : "10m", "1Mi"));
        var down = await space.DecideAsync("web", Rules[1]);
        Assert.Equal((3, RecommendationReason.BelowTarget), (down.To, down.Recommendations[0].Reason));
    }

    [Fact]
    public async Task Decide_RolloutWithSurgeAndPodsThatHaveEnded_CountsThoseThatCarryTheLoad()
    {
        // Old and new pods of one deployment; evicted and finished ones of last week, which were busy or idle when they ended.
        var space = await SpaceAsync(4);
        for (var pod = 1; pod <= 4; pod++) space.Use(Pod(pod), ("app", "50m", "1Mi"));
        await space.AddAsync(new("web-new-1", "web") { Ready = "False", Started = TimeSpan.FromSeconds(20), ReadySince = TimeSpan.FromSeconds(20) }, ("app", "900m", "1Mi"));
        await space.AddAsync(new("web-new-2", "web") { Phase = "Pending", Ready = null, Started = null });
        for (var i = 0; i < 5; i++) await space.AddAsync(new($"web-evicted-{i}", "web") { Phase = "Failed", Ready = null });
        await space.AddAsync(new("web-done", "web") { Phase = "Succeeded", Ready = "False" });
        using var scaler = new KubernetesScaler(space.Options, TimeProvider.System);

        var status = await scaler.GetReplicasAsync("web", TestContext.Current.CancellationToken);

        Assert.Equal((4, 4, 2, 0, 0), (status.Desired, status.Ready, status.Starting, status.Unready, status.Terminating));
        foreach (var rule in Rules) Assert.Equal(4, (await space.DecideAsync("web", rule)).To);
    }

    [Theory]
    [InlineData("-5m")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    public async Task Decide_UseThatIsNoAmount_IsNone(string use)
    {
        var space = await SpaceAsync(4);
        for (var pod = 1; pod <= 4; pod++) space.Use(Pod(pod), ("app", use, "1Mi"));

        foreach (var rule in Rules.Take(2)) Assert.Equal((4, RecommendationKind.Unavailable), ((await space.DecideAsync("web", rule)).To, (await space.DecideAsync("web", rule)).Recommendations[0].Kind));
    }

    private static TestPod Pod(int number) => new($"web-{number}", "web");

    /// <summary>A deployment whose pods all serve; what they use is not known.</summary>
    private async Task<MetricsSpace> SpaceAsync(int pods)
    {
        var space = await MetricsSpace.CreateAsync(await cluster.PlaneAsync(), metrics, TestNamespace.NewName("doubt"));
        await space.Space.CreateDeploymentAsync("web", pods);
        for (var pod = 1; pod <= pods; pod++) await space.AddAsync(Pod(pod));
        return space;
    }
}
