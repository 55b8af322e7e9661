namespace AutoScaling.Simulation.Tests;

/// <summary>Loads, services and policies that several tests use. A replica serves 10 requests a second, 8 of them within its objective.</summary>
internal static class Traces
{
    public static readonly ServiceModel Service = new() { CapacityPerReplica = 10 };

    /// <summary>A load that changes at given minutes, with a row for every minute.</summary>
    public static LoadTrace Minutes(int minutes, params (int Minute, double Load)[] changes) => new("made up",
    [
        .. Enumerable.Range(0, minutes).Select(m => new LoadPoint(TimeSpan.FromMinutes(m), changes.Last(c => c.Minute <= m).Load)),
    ]);

    /// <summary>A load that rises and falls like a day, with bursts that follow from the minute.</summary>
    public static LoadTrace Days(int days, string name = "days") => new(name,
    [
        .. Enumerable.Range(0, days * 1440).Select(m => new LoadPoint(
            TimeSpan.FromMinutes(m),
            100 + (80 * Math.Sin(2 * Math.PI * m / 1440)) + (m % 97 < 5 ? 60 : 0))),
    ]);

    /// <summary>Target tracking on CPU with nothing held back, every 15 s.</summary>
    public static ScalingPolicy Tracking(double target = 80, int max = 100) => new()
    {
        Target = "web",
        Range = new(1, max),
        Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = target }],
        Behavior = ScalingBehavior.Immediate,
        Interval = TimeSpan.FromSeconds(15),
    };

    public static BacktestRun Run(Candidate candidate, LoadTrace trace, ServiceModel? model = null, BacktestOptions? options = null) =>
        Backtest.Run(candidate, trace, model ?? Service, options, TestContext.Current.CancellationToken);
}
