using AutoScaling.Simulation;
using BenchmarkDotNet.Attributes;

namespace AutoScaling.Benchmarks;

/// <summary>A backtest at 15 s, model and scores included: 40,320 evaluations a week.</summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 2, iterationCount: 5)]
public class BacktestBenchmarks
{
    private static readonly BacktestOptions Options = new() { Interval = TimeSpan.FromSeconds(15), Parallelism = 1 };
    private LoadTrace _trace = null!;
    private ServiceModel _model = null!;

    [Params(1, 2, 4)]
    public int Weeks { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        // Days that rise and fall, with a burst of five minutes every hour and a half.
        _trace = new("weeks", [.. Enumerable.Range(0, Weeks * 7 * 1440).Select(m => new LoadPoint(TimeSpan.FromMinutes(m), 100 + (80 * Math.Sin(2 * Math.PI * m / 1440)) + (m % 97 < 5 ? 60 : 0)))]);
        _model = ServiceModel.For(_trace);
    }

    [Benchmark]
    public double Hpa() => Run(Candidate.Hpa(70));

    [Benchmark]
    public double Threshold() => Run(Candidate.Of(new() { Target = "web", Range = new(1, 1000) }));

    private double Run(Candidate candidate) => Backtest.Run(candidate, _trace, _model, Options).Scores.J;
}
