using CsCheck;

namespace AutoScaling.Simulation.Tests.Model;

public sealed class ObserverTests
{
    private static readonly MetricPipeline Slow = new() { ScrapePeriod = TimeSpan.FromSeconds(30), Window = TimeSpan.FromSeconds(60), PublicationLag = TimeSpan.FromSeconds(20) };

    [Fact]
    public void Read_BeforeTheFirstSample_IsMissingAndNotZero()
    {
        var reading = Read(Slow, step: 3, [0.5, 0.5, 0.5])[MetricRef.Cpu]; // 45 s: the sample of 30 s comes at 50 s
        Assert.Equal((MetricStatus.Missing, "there is no sample yet"), (reading.Status, reading.Reason));
    }

    [Fact]
    public void Read_Later_IsTheAverageUpToTheLastPublishedSample()
    {
        // At 120 s the sample of 90 s is published (at 110 s), an average over 30 s to 90 s: steps 2 to 5.
        var reading = Read(Slow, step: 8, [0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.9, 0.9])[MetricRef.Cpu];
        Assert.Equal(35, reading.Value, 9);
        Assert.Equal(Workload().Trace.Start.AddSeconds(90), reading.At);
    }

    [Fact]
    public void Read_YoungReplica_IsMeasuredSinceItBecameReady()
    {
        // It became ready at 60 s: of the window from 30 s to 90 s it has two steps.
        var reading = Read(Slow, step: 8, [0, 0, 0.2, 0.2, 0.6, 0.8, 0, 0], readyAt: 60)[MetricRef.Cpu];
        Assert.Equal([0.45, 0.45, 0.7], reading.Replicas.Select(r => Math.Round(r.Value!.Value, 9)));
        Assert.Equal(100 * (0.45 + 0.45 + 0.7) / 3, reading.Value, 9);
    }

    [Theory]
    [InlineData(31, null)]
    [InlineData(30, 0.7)]
    public void Read_ReplicaYoungerThanTheInitialDelay_HasNoValue(int initialDelay, double? expected)
    {
        var reading = Read(Slow with { InitialDelay = TimeSpan.FromSeconds(initialDelay) }, step: 8, [0, 0, 0.2, 0.2, 0.6, 0.8, 0, 0], readyAt: 60)[MetricRef.Cpu];
        Assert.Equal(expected, reading.Replicas[2].Value is { } v ? Math.Round(v, 9) : null);
    }

    [Fact]
    public void Read_LongAfterTheStart_IsTheAverageOfTheDefinition() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 200], Gen.Int[0, 100], Gen.Double[0, 1].Array[60]).Sample((scrape, window, lag, utilization) =>
        {
            var pipeline = new MetricPipeline { ScrapePeriod = TimeSpan.FromSeconds(scrape), Window = TimeSpan.FromSeconds(window), PublicationLag = TimeSpan.FromSeconds(lag) };
            var end = (60 * 15 - lag) / scrape * scrape / 15;
            var begin = Math.Max(0, end - Math.Max(1, window / 15));
            var readyAt = (begin + end) / 2; // a young replica, if the window is long enough
            var reading = Read(pipeline, step: 60, utilization, readyAt: readyAt * 15)[MetricRef.Cpu];
            Assert.Equal(utilization[begin..end].Average(), reading.Replicas[0].Value!.Value, 1e-9);
            Assert.Equal(utilization[readyAt..end].Average(), reading.Replicas[2].Value!.Value, 1e-9);
        });

    [Fact]
    public void Read_NoReplicaReady_IsMissing()
    {
        var reading = Read(new(), step: 4, [double.NaN, double.NaN, double.NaN, double.NaN], replicas: 0)[MetricRef.Cpu];
        Assert.Equal((MetricStatus.Missing, "no replica is ready"), (reading.Status, reading.Reason));
    }

    [Fact]
    public void Read_OtherSignals_HaveTheirUnits()
    {
        // 20 requests a second arrive, 10 are served (0.1 s each), 150 more wait after each step of 15 s.
        var rules = ((string[])["request_rate", "queue@broker", "concurrency", "memory"]).Select(m => (ScalingRule)new TargetTrackingRule { Metric = m, Target = 1 });
        var policy = Traces.Tracking() with { Rules = [.. rules] };
        var model = Traces.Service with { Metrics = ServiceModel.DefaultMetrics.SetItem("memory", ModelMetric.Constant(40)) };
        var backlog = new float[4];
        var observer = new Observer(Workload() with { Model = model }, policy, backlog);
        for (var i = 0; i < 4; i++)
        {
            backlog[i] = 150 * (i + 1);
            observer.Add(i, new(300, 150, 0, 1, 150 * i, 150 * (i + 1)));
        }

        var read = observer.Read(4, new(model, 1, 1));
        Assert.Equal(20, read["request_rate"].Value, 9);
        Assert.Equal(600, read["queue@broker"].Value, 9);
        Assert.Equal(1 + 525, read["concurrency"].Value, 9);
        Assert.Equal(40, read["memory"].Value, 9);
    }

    [Fact]
    public void Run_MetricThatTheModelDoesNotPublish_SaysWhichThereAre()
    {
        var policy = Traces.Tracking() with { Rules = [new ThresholdRule { MemoryTarget = 80 }] };
        var error = Assert.Throws<ScalingException>(() => Traces.Run(Candidate.Of(policy), Traces.Minutes(10, (0, 1))));
        Assert.Equal(
            "Metric 'memory' of policy 'web' must be one that the model publishes (concurrency, cpu, queue, request_rate), but is not: say in Metrics what 'memory' shows, or give it a constant value.",
            error.Message);
    }

    private static ServiceMetrics Read(MetricPipeline pipeline, int step, double[] utilization, int replicas = 2, double? readyAt = null)
    {
        var model = Traces.Service with { Pipeline = pipeline, StartDelay = StartDelay.Constant(TimeSpan.Zero) };
        var observer = new Observer(Workload() with { Model = model }, Traces.Tracking(), new float[utilization.Length]);
        for (var i = 0; i < utilization.Length; i++) observer.Add(i, new(0, 0, 0, utilization[i], 0, 0));
        var fleet = new Fleet(model, 1, replicas);
        if (readyAt is { } at) fleet.Scale(replicas + 1, TimeSpan.FromSeconds(at).Ticks);
        return observer.Read(step, fleet);
    }

    private static Workload Workload() => Grid.Of(Traces.Minutes(10, (0, 1)), Traces.Service, [], new() { Step = TimeSpan.FromSeconds(15) });
}
