namespace AutoScaling.Tests.Loop;

/// <summary>Ports that throw, hang, answer garbage or are cancelled: never a scale-down for it, and never a word to the other targets.</summary>
public sealed class FaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults => ["throws", "throws-cancelled", "hangs", "hangs-deaf", "null", "empty", "nan", "infinite", "negative", "old", "failed", "missing"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Tick_MetricsOfOneTargetAreFaulty_ItStaysAndTheOthersGoOn(string fault)
    {
        using var system = new TestSystem(b => b.AddPolicy("bad").AddPolicy("good")) { Cpu = 10 };
        var hanging = new Hanging<ServiceMetrics>();
        system.Metrics.Answer = (target, stop) => target.Name == "good"
            ? new(ServiceMetrics.Of(system.Time.GetUtcNow(), 90))
            : Faulty(fault, system.Time.GetUtcNow(), hanging, stop);

        var tick = system.AutoScaler.TickAsync(Stop);
        await PassDeadline(system, tick, hanging);

        Assert.Equal(2, await tick);
        Assert.Equal((4, 6), (system.Scaler.Replicas("bad"), system.Scaler.Replicas("good")));
        var record = Assert.Single(system.AutoScaler.GetRecent("bad"));
        Assert.Equal(ScalingErrorKind.MetricsUnavailable, record.ErrorKind);
        Assert.StartsWith("bad: cpu cannot be used (", record.Error, StringComparison.Ordinal);
        Assert.Null(system.AutoScaler.GetStatus("good").LastError);
        hanging.End(ServiceMetrics.Empty);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Tick_MetricsAreFaultyAndOutOfRange_IsBroughtIntoTheRangeAllTheSame(string fault)
    {
        using var system = new TestSystem(b => b.AddPolicy("bad", max: 3));
        var hanging = new Hanging<ServiceMetrics>();
        system.Metrics.Answer = (_, stop) => Faulty(fault, system.Time.GetUtcNow(), hanging, stop);
        var tick = system.AutoScaler.TickAsync(Stop);
        await PassDeadline(system, tick, hanging);
        await tick;
        Assert.Equal(3, system.Scaler.Replicas("bad"));
        hanging.End(ServiceMetrics.Empty);
    }

    [Fact]
    public async Task Evaluate_ScalerRefusesBeforehand_IsNotAskedAndTheStatusSaysWhy()
    {
        using var system = new TestSystem(b => b.AddPolicy("web")) { Cpu = 90 };
        var asked = 0;
        system.Scaler.Read = (_, _) => new(ReplicaStatus.AllReady(4) with { Refusal = "somebody else scales it" });
        system.Scaler.Scale = (_, _) => new(asked++ == 0 ? ScaleOutcome.Applied : ScaleOutcome.Unchanged);

        Assert.Equal(ScaleOutcome.Rejected("somebody else scales it"), (await system.AutoScaler.EvaluateAsync("web", Stop)).Outcome);
        var manual = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.ScaleAsync("web", 5, cancellationToken: Stop));
        Assert.Equal("'web' was not scaled to 5: somebody else scales it.", manual.Message);
        system.Cpu = 60;
        Assert.Equal(ScaleOutcomeKind.Unchanged, (await system.AutoScaler.EvaluateAsync("web", Stop)).Outcome.Kind);

        Assert.Equal("'web' is not scaled: somebody else scales it.", system.AutoScaler.GetStatus("web").LastError);
        Assert.Equal(0, asked);
        Assert.Null(system.AutoScaler.GetStatus("web").State.LastScaleUp);
    }

    [Fact]
    public async Task Tick_ScalerHasRoomForFewer_AddsNoMoreAndTheStatusSaysWhy()
    {
        using var system = new TestSystem(b => b.AddPolicy("web")) { Cpu = 90 };
        system.Scaler.Read = (_, _) => new(ReplicaStatus.AllReady(4) with { Headroom = new() { Most = 5, Because = "the quota of team-a allows 5" } });
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(5, system.Scaler.Replicas("web"));
        var status = system.AutoScaler.GetStatus("web");
        Assert.Contains("There is room for 5 at most (the quota of team-a allows 5), so it is 5 instead of 6.", status.LastDecision!.Explain(), StringComparison.Ordinal);
        Assert.Equal(5, status.LastDecision.Headroom!.Most);

        system.Scaler.Read = (_, _) => new(ReplicaStatus.AllReady(5) with { Headroom = new() { Most = 12, Because = "the quota was raised" } });
        system.Time.Advance(TimeSpan.FromMinutes(5));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(8, system.Scaler.Replicas("web"));
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("throws-cancelled")]
    [InlineData("hangs")]
    [InlineData("hangs-deaf")]
    [InlineData("null")]
    [InlineData("negative")]
    public async Task Tick_ReplicasOfOneTargetCannotBeRead_ItStaysAndTheOthersGoOn(string fault)
    {
        using var system = new TestSystem(b => b.AddPolicy("bad").AddPolicy("good")) { Cpu = 90 };
        var hanging = new Hanging<ReplicaStatus>();
        system.Scaler.Read = (target, stop) => target.Name == "good" ? system.Scaler.Fake.GetReplicasAsync(target, stop) : fault switch
        {
            "throws" => throw new InvalidOperationException("the API server answered 500."),
            "throws-cancelled" => ValueTask.FromException<ReplicaStatus>(new TaskCanceledException("a timeout of its own")),
            "hangs" => hanging.Call(stop),
            "hangs-deaf" => hanging.Deaf(),
            "null" => new((ReplicaStatus)null!),
            _ => new(new ReplicaStatus { Desired = -3 }),
        };

        var tick = system.AutoScaler.TickAsync(Stop);
        await PassDeadline(system, tick, hanging);
        Assert.Equal(2, await tick);

        Assert.Equal("good", Assert.Single(system.Scaler.Fake.Calls).Target.Name);
        Assert.Equal(
            fault switch
            {
                "throws" => "'bad' could not be evaluated: the API server answered 500.",
                "throws-cancelled" => "'bad' could not be evaluated: a timeout of its own.",
                "null" or "negative" => "'bad' could not be evaluated: the scaler returned no replica count.",
                _ => "'bad' could not be evaluated: it did not answer within 5s.",
            },
            system.AutoScaler.GetStatus("bad").LastError);
        hanging.End(ReplicaStatus.AllReady(1));
    }

    [Theory]
    [InlineData("throws", "'bad' could not be scaled from 4 to 6: no quota.")]
    [InlineData("hangs-deaf", "'bad' could not be scaled from 4 to 6: it did not answer within 5s.")]
    [InlineData("null", "'bad' could not be scaled from 4 to 6: the scaler returned no outcome.")]
    [InlineData("failed", "'bad' could not be scaled from 4 to 6: the node is gone.")]
    public async Task Tick_ScalingFails_IsNoScaleEventAndIsTriedAgain(string fault, string error)
    {
        using var system = new TestSystem(b => b.AddPolicy("bad")) { Cpu = 90 };
        var hanging = new Hanging<ScaleOutcome>();
        system.Scaler.Scale = (_, _) => fault switch
        {
            "throws" => throw new InvalidOperationException("no quota"),
            "hangs-deaf" => hanging.Deaf(),
            "null" => new((ScaleOutcome)null!),
            _ => new(ScaleOutcome.Failed("the node is gone")),
        };
        var tick = system.AutoScaler.TickAsync(Stop);
        await PassDeadline(system, tick, hanging);
        await tick;

        var status = system.AutoScaler.GetStatus("bad");
        Assert.Equal((error, TimeSpan.Zero, 1), (status.LastError, status.ScaleUpCooldownLeft, status.State.ConsecutiveFailures));

        hanging.End(ScaleOutcome.Failed("it came too late"));
        await BackAsync(system, "bad");
        system.Scaler.Scale = null;
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal((6, null), (system.Scaler.Replicas("bad"), system.AutoScaler.GetStatus("bad").LastError));
    }

    [Fact]
    public async Task Tick_ACallHasNotComeBack_AsksNothingMoreUntilItHas()
    {
        using var system = new TestSystem(b => b.AddPolicy("bad")) { Cpu = 90 };
        var hanging = new Hanging<ReplicaStatus>();
        var reads = 0;
        system.Scaler.Read = (_, _) =>
        {
            reads++;
            return hanging.Deaf();
        };
        var tick = system.AutoScaler.TickAsync(Stop);
        await PassDeadline(system, tick, hanging);
        await tick;

        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(("'bad' could not be evaluated: an earlier call has not come back yet.", 1), (system.AutoScaler.GetStatus("bad").LastError, reads));

        hanging.End(ReplicaStatus.AllReady(4));
        await BackAsync(system, "bad");
        system.Scaler.Read = null;
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("bad"));
    }

    [Fact]
    public async Task Tick_AScalingComesBackLate_IsAScaleEventAllTheSame()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20)) { Cpu = 90 };
        var hanging = new Hanging<ScaleOutcome>();
        system.Scaler.Scale = (_, _) => hanging.Deaf();
        var tick = system.AutoScaler.TickAsync(Stop);
        await PassDeadline(system, tick, hanging);
        await tick;

        system.Scaler.Fake.SetReplicas("web", 6);
        hanging.End(ScaleOutcome.Applied);
        await BackAsync(system, "web");
        system.Scaler.Scale = null;
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal((6, ScalingGuard.Cooldown), (system.Scaler.Replicas("web"), Assert.Single(system.AutoScaler.GetRecent("web")[0].Decision!.Steps).Guard));
    }

    [Fact]
    public async Task Tick_AScalingThrewButTookPlace_IsAScaleEventAllTheSame()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20)) { Cpu = 90 };
        system.Scaler.Scale = (target, _) =>
        {
            system.Scaler.Fake.SetReplicas(target, 6);
            throw new HttpRequestException("The connection was reset.");
        };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(TimeSpan.Zero, system.AutoScaler.GetStatus("web").ScaleUpCooldownLeft);

        system.Scaler.Scale = null;
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("web"));
        Assert.Equal(TimeSpan.FromSeconds(270), system.AutoScaler.GetStatus("web").ScaleUpCooldownLeft);
    }

    [Fact]
    public async Task Tick_ASourceNeverComesBack_TheTargetIsStillBroughtIntoItsRange()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        var hanging = new Hanging<ServiceMetrics>();
        system.Metrics.Answer = (_, _) => hanging.Deaf();
        var tick = system.AutoScaler.TickAsync(Stop);
        await PassDeadline(system, tick, hanging);
        await tick;

        system.Scaler.Fake.SetReplicas("web", 30);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(10, system.Scaler.Replicas("web"));
        Assert.Equal("web: cpu cannot be used (an earlier call has not come back yet).", system.AutoScaler.GetStatus("web").LastError);
        hanging.End(ServiceMetrics.Empty);
    }

    [Fact]
    public async Task Tick_CutOff_LeavesTheTargetsThatItDidNotComeToAsDue()
    {
        using var system = new TestSystem(
            b =>
            {
                for (var i = 0; i < 20; i++) b.AddPolicy($"t{i}");
            },
            o => o.MaxConcurrency = 1);
        using var cut = new CancellationTokenSource();
        system.Metrics.Answer = (_, _) =>
        {
            cut.Cancel();
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 50));
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => system.AutoScaler.TickAsync(cut.Token));
        system.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(20, await system.AutoScaler.TickAsync(Stop));
    }

    [Fact]
    public async Task Tick_DisabledInMidEvaluation_ReplicasStayAsTheyAre()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        system.Metrics.Answer = (target, _) =>
        {
            system.AutoScaler.Disable(target.Name);
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 90));
        };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Empty(system.Scaler.Fake.Calls);
        Assert.Equal("it was disabled or removed meanwhile", system.AutoScaler.GetRecent("web")[0].Outcome.Reason);
    }

    [Fact]
    public async Task Tick_ReadingFromTheFuture_IsNotFresh()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        system.Metrics.Answer = (_, _) => new(ServiceMetrics.Of(system.Time.GetUtcNow() + TimeSpan.FromHours(1), 5));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal("web: cpu cannot be used (its time lies 1h in the future).", system.AutoScaler.GetStatus("web").LastError);
    }

    [Fact]
    public async Task Tick_WallClockIsSetBack_EvaluationsGoOn()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        await system.AutoScaler.TickAsync(Stop);
        system.Time.WallClockIsOff = TimeSpan.FromHours(-1);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
    }

    [Fact]
    public async Task Tick_TargetMovedMeanwhile_IsRejectedAndDecidedAnew()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20)) { Cpu = 90 };
        system.Metrics.Answer = (target, _) =>
        {
            system.Scaler.Fake.SetReplicas(target, 8);
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 90));
        };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(ScaleOutcomeKind.Rejected, system.AutoScaler.GetRecent("web")[0].Outcome.Kind);
        Assert.Equal(8, system.Scaler.Replicas("web"));

        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(12, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Tick_ObserverThrows_EvaluationIsUnharmed()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddObserver(_ => new Thrower())) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Tick_CallbackThrows_EvaluationIsUnharmed()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").OnEvaluated(_ => throw new InvalidOperationException("a bug"))) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("web"));
    }

    private static ValueTask<ServiceMetrics> Faulty(string fault, DateTimeOffset now, Hanging<ServiceMetrics> hanging, CancellationToken stop) => fault switch
    {
        "throws" => throw new HttpRequestException("Prometheus answered 503."),
        "throws-cancelled" => ValueTask.FromException<ServiceMetrics>(new TaskCanceledException("a timeout of its own")),
        "hangs" => hanging.Call(stop),
        "hangs-deaf" => hanging.Deaf(),
        "null" => new((ServiceMetrics)null!),
        "empty" => new(ServiceMetrics.Empty),
        "nan" => new(ServiceMetrics.Of(now, double.NaN)),
        "infinite" => new(ServiceMetrics.Of(now, double.NegativeInfinity)),
        "negative" => new(ServiceMetrics.Of(now, -5)),
        "old" => new(ServiceMetrics.Of(now - TimeSpan.FromMinutes(6), 5)),
        "failed" => new(new ServiceMetrics(MetricReading.Failed("cpu", "the exporter is down"))),
        _ => new(new ServiceMetrics(MetricReading.Missing("cpu", "no series matches"))),
    };

    /// <summary>Lets the deadline of a call that hangs come, once it hangs and all other targets are done.</summary>
    private static async Task PassDeadline(TestSystem system, Task tick, Hanging hanging)
    {
        if (await Task.WhenAny(hanging.Begun, tick) == tick) return;
        while (system.AutoScaler.GetStatus().Targets.Any(t => t.Target.Name == "good" && t.LastEvaluatedAt is null)) await Task.Yield();
        system.Time.Advance(TimeSpan.FromSeconds(5));
    }

    /// <summary>Waits until a call that has ended has come back, which takes a moment on another thread.</summary>
    private static async Task BackAsync(TestSystem system, string target)
    {
        var calls = system.Services.GetRequiredService<AutoScaling.Hosting.TargetRegistry>().Find(target).Calls;
        while (calls.ScalerIsBusy) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
    }

    /// <summary>A call that hangs.</summary>
    private abstract class Hanging
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        /// <summary>The call, which has begun once its caller awaits it: while the caller's thread is still inside, the call would count as one that blocks.</summary>
        protected ValueTask<T> Begin<T>(Task<T> call) => AwaitedCall<T>.Of(call, () => _begun.TrySetResult());
    }

    private sealed class Hanging<T> : Hanging
    {
        private readonly TaskCompletionSource<T> _call = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<T> Deaf() => Call(CancellationToken.None);

        public ValueTask<T> Call(CancellationToken stop) => Begin(_call.Task.WaitAsync(stop));

        public void End(T result) => _call.TrySetResult(result);
    }

    private sealed class Thrower : IScalingObserver
    {
        public void OnEvaluated(ScalingRecord record) => throw new InvalidOperationException("the observer's own trouble");
    }
}
