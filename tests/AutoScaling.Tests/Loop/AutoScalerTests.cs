namespace AutoScaling.Tests.Loop;

/// <summary>What a host does with <see cref="IAutoScaler"/>.</summary>
public sealed class AutoScalerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scale_SomeoneElseChangedTheTarget_SaysSoInThatDecisionAlone()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        await system.AutoScaler.ScaleAsync("web", 5, cancellationToken: Stop);
        system.Scaler.Fake.SetReplicas("web", 7);
        system.Scaler.Scale = (_, _) => new(ScaleOutcome.Rejected("so"));
        await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.ScaleAsync("web", 6, cancellationToken: Stop));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal([null, 5, null], system.AutoScaler.GetRecent("web").Select(r => r.Decision!.Expected));
        Assert.StartsWith(
            "web goes from 7 to 6 replicas. Someone else changed it: 5 were written last, 7 were found. ", system.AutoScaler.GetRecent("web")[1].Decision!.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tick_HighCpu_ScalesOnceAndThenCoolsDown()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20)) { Cpu = 90 };

        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(6, system.Scaler.Replicas("web"));

        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("web"));
        var status = system.AutoScaler.GetStatus("web");
        Assert.Equal(TimeSpan.FromSeconds(270), status.ScaleUpCooldownLeft);
        Assert.Equal(TimeSpan.FromSeconds(570), status.ScaleDownCooldownLeft);

        system.Time.Advance(TimeSpan.FromSeconds(270));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(9, system.Scaler.Replicas("web"));
        Assert.Equal([6, 6, 9], system.AutoScaler.GetRecent("web").Reverse().Select(r => r.Decision!.To));
    }

    [Fact]
    public async Task Tick_Callback_IsGivenEveryRecord()
    {
        var records = new List<ScalingRecord>();
        using var system = new TestSystem(b => b.AddPolicy("web").OnEvaluated(records.Add)) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal([ScaleDirection.Up, ScaleDirection.Stay], records.Select(r => r.Decision!.Direction));
        Assert.Equal(system.AutoScaler.GetRecent("web"), Enumerable.Reverse(records));
    }

    [Fact]
    public async Task GetRecent_ManyTargets_EachKeepsFewerAndAlwaysItsLast()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").Services.Configure<AutoScalingOptions>(o => (o.RecentRecords, o.RecentRecordsInAll) = (4, 6)));
        async Task<int> Kept(int ticks)
        {
            for (var i = 0; i < ticks; i++)
            {
                await system.AutoScaler.TickAsync(Stop);
                system.Time.Advance(TimeSpan.FromSeconds(30));
            }

            var recent = system.AutoScaler.GetRecent("web");
            Assert.Equal(recent.Select((_, i) => system.Time.GetUtcNow() - TimeSpan.FromSeconds(30 * (i + 1))), recent.Select(r => r.At));
            return recent.Length;
        }

        Assert.Equal(4, await Kept(6));
        system.AutoScaler.SetPolicy(new() { Target = "api" });
        Assert.Equal(3, await Kept(1));
        Assert.Equal(3, await Kept(1));
        for (var i = 0; i < 8; i++) system.AutoScaler.SetPolicy(new() { Target = $"api-{i}" });
        Assert.Equal(1, await Kept(2));
        for (var i = 0; i < 8; i++) system.AutoScaler.RemovePolicy($"api-{i}");
        Assert.Equal(3, await Kept(5));
    }

    [Fact]
    public async Task Tick_NotDue_EvaluatesNothing()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, await system.AutoScaler.TickAsync(Stop));
        system.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
    }

    [Fact]
    public async Task Tick_PolicyWithItsOwnInterval_FollowsIt()
    {
        using var system = new TestSystem(b => b
            .AddPolicy(new ScalingPolicy { Target = "fast", Interval = TimeSpan.FromSeconds(5) })
            .AddPolicy("slow"));
        var counts = new List<int>();
        for (var i = 0; i < 7; i++)
        {
            counts.Add(await system.AutoScaler.TickAsync(Stop));
            system.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal([2, 1, 1, 1, 1, 1, 2], counts);
    }

    [Fact]
    public async Task Tick_MissedForLong_DoesNotMakeUpForMissedTimes()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(TimeSpan.FromSeconds(170), system.AutoScaler.GetRecent("web")[0].Lateness);
        system.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
    }

    [Fact]
    public async Task DisableAndEnable_ListOfServices_StopsAndResumesThem()
    {
        using var system = new TestSystem(b => b.AddPolicy("web-service").AddPolicy("api-service").AddPolicy("jobs"));
        system.AutoScaler.Disable("web-service, api-service");
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(1, system.AutoScaler.GetStatus().ActivePolicies);

        system.AutoScaler.Enable("web-service,api-service");
        Assert.Equal(2, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(3, system.AutoScaler.GetStatus().ActivePolicies);
    }

    [Fact]
    public void Disable_OneNameUnknown_ChangesNothing()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        var error = Assert.Throws<ScalingException>(() => system.AutoScaler.Disable("web,nobody"));
        Assert.Equal((ScalingErrorKind.PolicyNotFound, "There is no policy for 'nobody'."), (error.Kind, error.Message));
        Assert.True(system.AutoScaler.GetStatus("web").Enabled);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    public void Enable_NoName_SaysSo(string list)
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        Assert.Equal($"Targets must name at least 1 service, but is '{list}'.", Assert.Throws<ScalingException>(() => system.AutoScaler.Enable(list)).Message);
    }

    [Fact]
    public async Task Scale_InsideTheRange_ScalesAndBeginsTheCooldowns()
    {
        using var system = new TestSystem(b => b.AddPolicy("web")) { Cpu = 90 };
        Assert.Equal(ScaleOutcomeKind.Applied, (await system.AutoScaler.ScaleAsync("web", 8, cancellationToken: Stop)).Kind);
        Assert.Equal(8, system.Scaler.Replicas("web"));
        Assert.Equal(TimeSpan.FromSeconds(300), system.AutoScaler.GetStatus("web").ScaleUpCooldownLeft);
        Assert.StartsWith("web goes from 4 to 8 replicas. 'manual' asks for 8: someone asked for it by hand.", system.AutoScaler.GetRecent("web")[0].Explain(), StringComparison.Ordinal);

        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(8, system.Scaler.Replicas("web"));
        Assert.Equal(ScaleOutcomeKind.Unchanged, (await system.AutoScaler.ScaleAsync("web", 8, cancellationToken: Stop)).Kind);
    }

    [Fact]
    public async Task Scale_SomebodySaysWhoAndWhy_TheDecisionSaysSoToo()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", min: 2, max: 10));
        await system.AutoScaler.ScaleAsync("web", 8, "sale.", "ann", Stop);
        Assert.Equal("web goes from 4 to 8 replicas. 'manual' asks for 8: ann asked for it by hand (sale).", system.AutoScaler.GetRecent("web")[0].Explain());
        var error = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.ScaleAsync("web", 9, by: "an\u200bn", cancellationToken: Stop));
        Assert.StartsWith("By of a scaling by hand must be a text without invisible characters, but is ", error.Message, StringComparison.Ordinal);
        Assert.Equal(8, system.Scaler.Replicas("web"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    public async Task Scale_OutsideTheRange_IsAClearErrorAndNothingHappens(int replicas)
    {
        using var system = new TestSystem(b => b.AddPolicy("web", min: 2, max: 10));
        var error = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.ScaleAsync("web", replicas, cancellationToken: Stop));
        Assert.Equal($"Replicas of 'web' must be between Min (2) and Max (10), but is {replicas}.", error.Message);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Empty(system.Scaler.Fake.Calls);
    }

    [Fact]
    public async Task Scale_ScalerFails_ThrowsAndStartsNoCooldown()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        system.Scaler.Scale = (_, _) => new(ScaleOutcome.Failed("the disk is full"));
        var error = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.ScaleAsync("web", 8, cancellationToken: Stop));
        Assert.Equal((ScalingErrorKind.ScalingFailed, "'web' could not be scaled from 4 to 8: the disk is full."), (error.Kind, error.Message));
        Assert.Equal(TimeSpan.Zero, system.AutoScaler.GetStatus("web").ScaleUpCooldownLeft);
    }

    [Fact]
    public async Task SetPolicy_AtRunTime_TakesEffectAtTheNextTickAndKeepsTheState()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20)) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        var before = system.AutoScaler.GetStatus("web").State;

        system.AutoScaler.SetPolicy(new() { Target = "web", Range = new(1, 5) });
        Assert.Equal(before, system.AutoScaler.GetStatus("web").State);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(5, system.Scaler.Replicas("web"));
    }

    [Fact]
    public void SetPolicy_UnknownSourceAndScaler_NamesBothAndKeepsTheOld()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        var error = Assert.Throws<ScalingException>(() => system.AutoScaler.SetPolicy(
            new() { Target = "web", Scaler = "moon", Rules = [new TargetTrackingRule { Metric = "queue@mars", Target = 5 }] }));
        Assert.Equal(
            [
                "Policy 'web' names the scaler 'moon', but none is registered under that name: call AddScaler(\"moon\", ...).",
                "Policy 'web' names the metric source 'mars', but none is registered under that name: call AddMetrics(\"mars\", ...).",
            ],
            error.Errors);
        Assert.Null(system.AutoScaler.GetStatus("web").Policy.Scaler);
    }

    [Fact]
    public async Task RemovePolicy_Known_ForgetsTheTarget()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        system.AutoScaler.RemovePolicy("web");
        Assert.Equal(0, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(ScalingErrorKind.PolicyNotFound, Assert.Throws<ScalingException>(() => system.AutoScaler.GetStatus("web")).Kind);
    }

    [Fact]
    public async Task GetMetrics_SourceFails_ThrowsMetricsUnavailable()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        system.Metrics.Answer = (_, _) => throw new HttpRequestException("Prometheus answered 503.");
        var error = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.GetMetricsAsync("web", Stop));
        Assert.Equal((ScalingErrorKind.MetricsUnavailable, "No metric of 'web' can be read: cpu cannot be read: Prometheus answered 503."), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Policy_SeveralSourcesAndScalers_AsksTheOnesItNames()
    {
        var queue = new TestMetrics();
        using var system = new TestSystem(b => b
            .AddMetrics("app", _ => queue)
            .AddScaler("other", s => new FakeScaler(s.GetTime(), 2))
            .AddPolicy(new ScalingPolicy
            {
                Target = "web",
                Scaler = "other",
                Rules = [new ThresholdRule(), new BacklogRule { Metric = "queue@app", ThroughputPerReplica = 1 }],
            }))
        {
            Cpu = 50,
        };
        queue.Answer = (_, _) => new(new ServiceMetrics(MetricReading.Available("queue", 300, system.Time.GetUtcNow())));
        var record = await system.AutoScaler.EvaluateAsync("web", Stop);
        Assert.Equal((2, 5, ScaleOutcomeKind.Applied), (record.Decision!.From, record.Decision.To, record.Outcome.Kind));
        Assert.Empty(system.Scaler.Fake.Calls);
    }
}

internal static class TestServices
{
    public static TimeProvider GetTime(this IServiceProvider services) => (TimeProvider)services.GetService(typeof(TimeProvider))!;
}
