using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Commands;

/// <summary>Metrics that real programs tell.</summary>
public sealed class CommandMetricsProviderTests : CommandTest
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);

    [Fact]
    public async Task Get_ANumber_IsAReadingOfNow()
    {
        var reading = await Read(new() { Name = "queue", Command = ["echo", "{target}7"], Factor = 0.5 }, "1");
        Assert.Equal(MetricReading.Available("queue", 8.5, Now), reading);
    }

    [Fact]
    public async Task Get_SeveralMetricsOfOneCommand_AreOneRun()
    {
        string[] command = Script($"echo run >> '{At("runs")}'; echo '{{\"n\":4,\"a\":{{\"web\":2}},\"at\":\"2026-01-01T11:59:00Z\"}}'", "{target}");
        using var source = new CommandMetricsProvider(
            [
                new() { Name = "n", Command = [.. command], ValuePointer = "/n", TimePointer = "/at" },
                new() { Name = "a", Command = [.. command], ValuePointer = "/a/{target}" },
                new() { Name = "none", Command = [.. command], ValuePointer = "/none" },
                new() { Name = "unasked", Command = ["false"] },
            ],
            _time);
        var readings = await source.GetMetricsAsync(new("web", "n", "a", "none", "other"), Cancellation);
        Assert.Equal(
            [
                MetricReading.Available("n", 4, Now.AddMinutes(-1)), MetricReading.Available("a", 2, Now),
                MetricReading.Missing("none", "the answer has nothing at '/none'"),
            ],
            readings);
        Assert.Equal("run\n", await TextOf("runs"));
    }

    [Fact]
    public async Task Get_NaN_IsMissing() =>
        Assert.Equal((MetricStatus.Missing, "its value is not a number"), Of(await Read(new() { Name = "queue", Command = ["echo", "NaN"] })));

    [Fact]
    public async Task Get_Garbage_IsMissing() =>
        Assert.Equal(
            (MetricStatus.Missing, "the answer is 'Could not connect', and no number"),
            Of(await Read(new() { Name = "queue", Command = ["echo", "Could not connect"] })));

    [Fact]
    public async Task Get_NoJson_IsFailed() =>
        Assert.Equal(
            (MetricStatus.Failed, "the answer is not JSON, but 'oops'"),
            Of(await Read(new() { Name = "queue", Command = ["echo", "oops"], ValuePointer = "/n" })));

    [Fact]
    public async Task Get_AnotherExitCodeThan0_IsFailedWhateverItPrinted() =>
        Assert.Equal(
            (MetricStatus.Failed, "'/bin/sh' ended with exit code 1: 0"),
            Of(await Read(new() { Name = "queue", Command = [.. Script("echo 0; exit 1")] })));

    [Fact]
    public async Task Get_TooMuch_IsFailed() =>
        Assert.Equal(
            (MetricStatus.Failed, "'head' wrote more than MaxOutputBytes (1048576)"),
            Of(await Read(new() { Name = "queue", Command = ["head", "-c", "1048577", "/dev/zero"] })));

    [Fact]
    public async Task Get_Hangs_IsFailed()
    {
        var reading = Read(new() { Name = "queue", Command = [.. Script($"echo > '{At("runs")}'; exec sleep 1000")] });
        await TextOf("runs");
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((MetricStatus.Failed, "'/bin/sh' did not end within its Timeout (4s), and was killed"), Of(await reading));
    }

    [Fact]
    public async Task Get_NameThatWouldBeAnOption_IsFailed() =>
        Assert.Equal(MetricStatus.Failed, (await Read(new() { Name = "queue", Command = ["echo", "{target}"] }, "-n")).Status);

    [Fact]
    public void Create_BadSettings_AreOneSentenceEach()
    {
        string Error(params CommandMetric[] metrics) => Assert.Throws<ScalingException>(() => new CommandMetricsProvider(metrics, _time)).Message;
        var good = new CommandMetric { Name = "queue", Command = ["echo"] };
        Assert.Equal("Name must be a name without '@', which names a source, but is 'a@b'.", Error(good with { Name = "a@b" }));
        Assert.Equal("Factor must be a finite number other than 0, but is 0.", Error(good with { Factor = 0 }));
        Assert.Equal("Metrics must have different names, but 2 are named 'queue'.", Error(good, good));
        Assert.Equal("ValuePointer must be a JSON pointer such as /queue/messages, but is 'n'.", Error(good with { ValuePointer = "n" }));
    }

    private static (MetricStatus Status, string? Reason) Of(MetricReading reading) => (reading.Status, reading.Reason);

    private async Task<MetricReading> Read(CommandMetric metric, string target = "web")
    {
        using var source = new CommandMetricsProvider([metric], _time);
        return Assert.Single(await source.GetMetricsAsync(new(target, metric.Name), Cancellation));
    }
}
