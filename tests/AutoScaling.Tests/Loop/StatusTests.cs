namespace AutoScaling.Tests.Loop;

/// <summary>What a host asks how things stand, and how it names its ports.</summary>
public sealed class StatusTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryGetStatus_WithAndWithoutAPolicy_SaysWhetherThereIsOne()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy(new ScalingPolicy { Target = "slow", Interval = TimeSpan.FromMinutes(5) }));
        Assert.False(system.AutoScaler.TryGetStatus("nobody", out var nobody));
        Assert.Null(nobody);
        Assert.Null(system.AutoScaler.GetStatus().LastEvaluatedAt);
        Assert.True(system.AutoScaler.TryGetStatus("slow", out var slow));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(30)), (slow.Interval, system.AutoScaler.GetStatus("web").Interval));

        system.Metrics.Answer = (_, _) => throw new HttpRequestException("Prometheus answered 503.");
        await system.AutoScaler.EvaluateAsync("web", Stop);
        Assert.Equal(system.Time.GetUtcNow(), system.AutoScaler.GetStatus().LastEvaluatedAt);
        Assert.Equal(ScalingErrorKind.MetricsUnavailable, system.AutoScaler.GetStatus("web").LastErrorKind);
        system.Metrics = TestMetrics.Cpu(system.Time, () => 50);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public async Task IsBlind_RulesWithoutReadings_OnlyIfNoneHasOne(bool noCpu, bool noQueue, bool isBlind)
    {
        var policy = new ScalingPolicy
        {
            Target = "web",
            Rules =
            [
                new TargetTrackingRule { Metric = "cpu", Target = 50 },
                new TargetTrackingRule { Metric = "queue", Kind = TargetKind.TotalPerReplica, Target = 1 },
                new FixedRule { Replicas = 2 },
            ],
        };
        using var system = new TestSystem(b => b.AddPolicy(policy));
        Assert.False(system.AutoScaler.GetStatus("web").IsBlind); // nothing was decided yet
        var now = system.Time.GetUtcNow();
        MetricReading Of(string metric, bool isMissing) => isMissing ? MetricReading.Missing(metric, "the meter is broken") : MetricReading.Available(metric, 4, now);
        system.Metrics.Answer = (_, _) => new(new ServiceMetrics(Of("cpu", noCpu), Of("queue", noQueue)));
        await system.AutoScaler.EvaluateAsync("web", Stop);
        var status = system.AutoScaler.GetStatus("web");
        Assert.Equal((isBlind, noCpu || noQueue ? ScalingErrorKind.MetricsUnavailable : (ScalingErrorKind?)null), (status.IsBlind, status.LastErrorKind));
    }

    [Fact]
    public async Task Build_PortsByType_AreMadeFromServices()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(new TestTime()).AddSingleton(new Seen());
        services.AddAutoScaling(o => o.RunLoop = false)
            .AddPolicy(new ScalingPolicy { Target = "web", Scaler = "other", Rules = [new ThresholdRule { CpuMetric = "cpu@own" }] })
            .AddScaler<OwnPorts>("other").AddMetrics<OwnPorts>("own").AddObserver<OwnPorts>().UseStateStore<OwnPorts>();
        await using var built = services.BuildServiceProvider();
        await built.GetRequiredService<IAutoScaler>().EvaluateAsync("web", Stop);
        Assert.Equal(["replicas", "cpu", "saved web", "scaled to 6", "record"], built.GetRequiredService<Seen>().What);
        services.AddAutoScaling().UseStateStore(_ => new TestStore());
        await using var again = services.BuildServiceProvider();
        Assert.IsType<TestStore>(again.GetRequiredService<IScalingStateStore>());
    }

    private sealed class Seen
    {
        public List<string> What { get; } = [];
    }

    private sealed class OwnPorts(Seen seen, TimeProvider time) : IScaler, IMetricsProvider, IScalingObserver, IScalingStateStore
    {
        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
        {
            seen.What.Add("replicas");
            return new(ReplicaStatus.AllReady(4));
        }

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
        {
            seen.What.Add($"scaled to {to}");
            return new(ScaleOutcome.Applied);
        }

        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
        {
            seen.What.Add("cpu");
            return new(ServiceMetrics.Of(time.GetUtcNow(), 90));
        }

        public void OnEvaluated(ScalingRecord record) => seen.What.Add("record");

        public ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ScalingState?> LoadAsync(string target, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
        {
            seen.What.Add($"saved {string.Join(',', states.Keys)}");
            return ValueTask.CompletedTask;
        }

        public ValueTask DeleteAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
