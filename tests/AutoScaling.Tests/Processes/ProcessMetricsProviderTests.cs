using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Processes;

public sealed class ProcessMetricsProviderTests : ProcessTest
{
    [Fact]
    public async Task GetMetricsAsync_BusyLoop_ShowsTheCoresItUses()
    {
        // Much of a small request, so that the little that a busy machine leaves for the loop is enough.
        await using var scaler = Scaler(Shell("while :; do :; done") with { CpuRequest = 0.05 });
        var provider = new ProcessMetricsProvider(scaler, TimeProvider.System);
        await Scale(scaler, 0, 1);

        var cpu = await Available(provider, MetricRef.Cpu, reading => reading.Value > 40);

        var replica = Assert.Single(cpu.Replicas);
        Assert.Equal(("web-0", 0.05), (replica.Name, replica.Request));
        Assert.Equal(cpu.Value, replica.Value!.Value / 0.05 * 100, 1e-9);
        Assert.True(replica.Window >= TimeSpan.FromMilliseconds(500));
        Assert.Equal(cpu.At, replica.At);
    }

    [Fact]
    public async Task GetMetricsAsync_Sleeper_UsesNearlyNothing()
    {
        await using var scaler = Scaler(Sleeper with { MemoryRequest = 1_000_000 });
        var provider = new ProcessMetricsProvider(scaler, TimeProvider.System);
        await Scale(scaler, 0, 2);

        // Not the first time: that has what its start costs.
        await Available(provider, MetricRef.Cpu, reading => reading.Value <= 1);

        var memory = (await Metrics(provider))[MetricRef.Memory];
        Assert.Equal(["web-0", "web-1"], memory.Replicas.Select(replica => replica.Name));
        Assert.All(memory.Replicas, replica => Assert.InRange(replica.Value!.Value, 100_000, 50_000_000));
        Assert.Equal(memory.Replicas.Average(replica => replica.Value!.Value) / 1_000_000 * 100, memory.Value, 1e-6);
    }

    [Fact]
    public async Task GetMetricsAsync_CallsCloserThanTheMinWindow_GetTheSameFigures()
    {
        var time = new FakeTimeProvider();
        await using var scaler = Scaler(Sleeper, time);
        var provider = new ProcessMetricsProvider(scaler, time);
        await Scale(scaler, 0, 1);
        await UntilTheyRun(scaler, "sleep");
        Assert.Equal("no replica has run long enough to be measured", (await Metrics(provider))[MetricRef.Cpu].Reason);

        time.Advance(TimeSpan.FromSeconds(2));
        var first = Assert.Single((await Metrics(provider))[MetricRef.Cpu].Replicas);
        Assert.Equal(TimeSpan.FromSeconds(2), first.Window);

        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(first, Assert.Single((await Metrics(provider))[MetricRef.Cpu].Replicas));

        time.Advance(TimeSpan.FromMilliseconds(1));
        var second = Assert.Single((await Metrics(provider))[MetricRef.Cpu].Replicas);
        Assert.Equal((time.GetUtcNow(), TimeSpan.FromMilliseconds(500)), (second.At, second.Window));
    }

    [Fact]
    public async Task GetMetricsAsync_NoReplica_IsMissingNotZero()
    {
        await using var scaler = Scaler(Sleeper);

        var metrics = await Metrics(new ProcessMetricsProvider(scaler, TimeProvider.System));

        Assert.All(metrics, reading => Assert.Equal((MetricStatus.Missing, "no replica is running"), (reading.Status, reading.Reason)));
        Assert.Equal(2, metrics.Count);
    }

    [Fact]
    public async Task GetMetricsAsync_OneCrashed_IsListedWithoutValue()
    {
        var time = new FakeTimeProvider();
        await using var scaler = Scaler(Sleeper with { MemoryRequest = 1000 }, time);
        var provider = new ProcessMetricsProvider(scaler, time);
        await Scale(scaler, 0, 2);
        await UntilTheyRun(scaler, "sleep");
        Running(scaler)[0].Signal(Posix.Kill);
        await Until(async () => (await Status(scaler)).Unready == 1, "one has crashed");
        time.Advance(TimeSpan.FromMilliseconds(900));

        var metrics = await Metrics(provider);

        foreach (var reading in metrics)
        {
            Assert.Equal(MetricStatus.Available, reading.Status);
            Assert.Equal([("web-0", false), ("web-1", true)], reading.Replicas.Select(replica => (replica.Name, replica.Value is not null)));
            Assert.All(reading.Replicas, replica => Assert.NotNull(replica.Request));
        }
    }

    [Fact]
    public async Task GetMetricsAsync_ReplicaThatStarts_IsLeftOutOfTheAverage()
    {
        var time = new FakeTimeProvider();
        await using var scaler = Scaler(Shell("echo ready > $AUTOSCALING_REPLICA; while :; do :; done") with { StartupTime = TimeSpan.FromSeconds(10) }, time);
        var provider = new ProcessMetricsProvider(scaler, time);
        await Scale(scaler, 0, 1);
        await TextOf("web-0");
        Assert.Equal("every replica is still starting", (await Metrics(provider))[MetricRef.Cpu].Reason);

        time.Advance(TimeSpan.FromSeconds(10));
        await Scale(scaler, 1, 2);
        await TextOf("web-1");
        time.Advance(TimeSpan.FromSeconds(1));
        var cpu = (await Metrics(provider))[MetricRef.Cpu];

        Assert.Equal(2, cpu.Replicas.Count(replica => replica.Value is not null));
        Assert.Equal(cpu.Replicas[0].Value!.Value * 100, cpu.Value, 1e-9);
    }

    [Fact]
    public async Task GetMetricsAsync_NoMemoryRequest_SaysSo()
    {
        await using var scaler = Scaler(Sleeper);
        await Scale(scaler, 0, 1);

        var memory = (await Metrics(new ProcessMetricsProvider(scaler, TimeProvider.System)))[MetricRef.Memory];

        Assert.Equal("memory cannot be read: MemoryRequest is not set, so there is nothing to be a percentage of", memory.ToString());
    }

    [Fact]
    public async Task GetMetricsAsync_UnknownTarget_IsMissing()
    {
        await using var scaler = Scaler(Sleeper);
        var metrics = await new ProcessMetricsProvider(scaler, TimeProvider.System).GetMetricsAsync(new("api", MetricRef.Cpu, MetricRef.Memory), Cancellation);
        Assert.Equal("there is no ProcessSpec for 'api'", metrics[MetricRef.Cpu].Reason);
    }

    [Fact]
    public async Task TryMeasure_AfterTheEnd_HasNothing()
    {
        await using var scaler = Scaler(Sleeper, new FakeTimeProvider());
        await Scale(scaler, 0, 1);
        await UntilTheyRun(scaler, "sleep");
        var process = Assert.Single(Running(scaler));
        Assert.True(process.TryMeasure(out _, out _));

        process.Signal(Posix.Kill);
        await process.Exited;

        Assert.False(process.TryMeasure(out _, out _));
    }

    [Fact]
    public async Task MinWindow_Zero_NamesTheRule()
    {
        await using var scaler = Scaler(Sleeper);
        Assert.Equal("MinWindow must be more than 0, but is 0s.", Assert.Throws<ScalingException>(() => new ProcessMetricsProvider(scaler, TimeProvider.System) { MinWindow = TimeSpan.Zero }).Message);
    }

    private static async Task<ServiceMetrics> Metrics(ProcessMetricsProvider provider) => await provider.GetMetricsAsync(new("web", MetricRef.Cpu, MetricRef.Memory), Cancellation);

    private static async Task<MetricReading> Available(ProcessMetricsProvider provider, MetricRef metric, Func<MetricReading, bool> condition)
    {
        MetricReading? found = null;
        await Until(
            async () =>
            {
                found = (await Metrics(provider))[metric];
                return found.Status == MetricStatus.Available && condition(found);
            },
            $"{metric} has such a reading");
        return found!;
    }
}
