using System.Globalization;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Metrics;

public sealed class SimulatedMetricsProviderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void GetMetrics_EveryServiceOfTheReference_HasTheDescribedValues()
    {
        var lines = File.ReadAllLines(Oracle.File("seed", "simulated-metrics.tsv"));
        var simulator = new SimulatedMetricsProvider(new FakeTimeProvider(Noon));
        Assert.Equal(31, lines.Length);
        foreach (var line in lines.Skip(1))
        {
            var cells = line.Split('\t');
            Assert.Equal((cells[0], Number(cells[1]), Number(cells[2]), Number(cells[3])), Values(cells[0], Read(simulator, cells[0])));
        }
    }

    [Fact]
    public void GetMetrics_Readings_AreOfNow()
    {
        var time = new FakeTimeProvider(Noon);
        var simulator = new SimulatedMetricsProvider(time);
        time.Advance(TimeSpan.FromMinutes(7));
        Assert.All(Read(simulator, "web"), reading => Assert.Equal(Noon.AddMinutes(7), reading.At));
    }

    [Fact]
    public void GetMetrics_WithoutVariation_NeverMoves()
    {
        var time = new FakeTimeProvider(Noon);
        var simulator = new SimulatedMetricsProvider(time);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(("web", 43, 53, 123), Values("web", Read(simulator, "web")));
            time.Advance(TimeSpan.FromSeconds(47));
        }
    }

    [Fact]
    public void GetMetrics_WithVariation_StaysWithinItAndIsRepeatable() =>
        Gen.Select(Gen.Double[0, 1], Gen.ULong, Gen.Int[1, 4000], Gen.Int[0, 100_000_000], Gen.OneOf(Gen.Const("web"), Gen.Const("日本"), Gen.Const("team-a/api")))
            .Sample((variation, seed, period, second, name) =>
            {
                var time = new FakeTimeProvider(Noon.AddSeconds(second));
                var options = new SimulatedMetricsOptions { Variation = variation, Seed = seed, Period = TimeSpan.FromSeconds(period) };
                var moved = Values(name, Read(new SimulatedMetricsProvider(time, options), name));
                var still = Values(name, Read(new SimulatedMetricsProvider(time), name));

                Assert.InRange(moved.Cpu, still.Cpu * (1 - variation), Math.Min(100, still.Cpu * (1 + variation)));
                Assert.InRange(moved.Memory, still.Memory * (1 - variation), Math.Min(100, still.Memory * (1 + variation)));
                Assert.InRange(moved.Rate, still.Rate * (1 - variation), still.Rate * (1 + variation));
                Assert.Equal(moved, Values(name, Read(new SimulatedMetricsProvider(time, options), name)));
            });

    [Fact]
    public void GetMetrics_WithVariation_UsesMostOfItWithinOnePeriod()
    {
        var time = new FakeTimeProvider(Noon);
        var simulator = new SimulatedMetricsProvider(time, new() { Variation = 0.5, Seed = 7 });
        var rates = new List<double>();
        for (var i = 0; i < 120; i++, time.Advance(TimeSpan.FromSeconds(5))) rates.Add(Read(simulator, "web")[MetricRef.RequestRate].Value);
        Assert.InRange(rates.Min(), 123 * 0.5, 123 * 0.65);
        Assert.InRange(rates.Max(), 123 * 1.35, 123 * 1.5);
    }

    [Fact]
    public void GetMetrics_OtherSeed_MovesOtherwiseAroundTheSameValues()
    {
        var time = new FakeTimeProvider(Noon);
        var one = Values("web", Read(new SimulatedMetricsProvider(time, new() { Variation = 0.3, Seed = 1 }), "web"));
        var two = Values("web", Read(new SimulatedMetricsProvider(time, new() { Variation = 0.3, Seed = 2 }), "web"));
        Assert.NotEqual(one, two);
    }

    [Fact]
    public void Constructor_BadOptions_ReportsEveryOne()
    {
        var options = new SimulatedMetricsOptions { Variation = 1.5, Period = TimeSpan.Zero };
        var error = Assert.Throws<ScalingException>(() => new SimulatedMetricsProvider(TimeProvider.System, options));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(["Variation must be between 0 and 1, but is 1.5.", "Period must be at least 1s, but is 0s."], error.Errors);
    }

    [Fact]
    public void Constructor_VariationNotANumber_IsRefused()
    {
        var error = Assert.Throws<ScalingException>(() => new SimulatedMetricsProvider(TimeProvider.System, new() { Variation = double.NaN }));
        Assert.Equal("Variation must be between 0 and 1, but is NaN.", error.Message);
    }

    [Theory]
    [InlineData("memory", "memory")]
    [InlineData("request_rate cpu", "cpu request_rate")]
    [InlineData("queue", "")]
    public async Task GetMetrics_SomeMetrics_AnswersThoseAndNoOthers(string asked, string answered)
    {
        var simulator = new SimulatedMetricsProvider(new FakeTimeProvider(Noon), new() { Variation = 0.3 });
        var request = new MetricsRequest("web", [.. asked.Split(' ').Select(MetricRef.Parse)]);
        var metrics = await simulator.GetMetricsAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(answered, string.Join(' ', metrics.Select(reading => reading.Metric)));
        var all = Read(simulator, "web");
        Assert.All(metrics, reading => Assert.Equal(all[reading.Metric], reading));
    }

    private static ServiceMetrics Read(SimulatedMetricsProvider simulator, string name)
    {
        var answer = simulator.GetMetricsAsync(new(name, MetricRef.Cpu, MetricRef.Memory, MetricRef.RequestRate), TestContext.Current.CancellationToken).AsTask();
        Assert.True(answer.IsCompletedSuccessfully);
        return answer.Result;
    }

    private static (string Name, double Cpu, double Memory, double Rate) Values(string name, ServiceMetrics metrics) =>
        (name, metrics[MetricRef.Cpu].Value, metrics[MetricRef.Memory].Value, metrics[MetricRef.RequestRate].Value);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
