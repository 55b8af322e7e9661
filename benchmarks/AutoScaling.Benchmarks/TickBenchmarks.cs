using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Benchmarks;

/// <summary>One tick over many targets whose ports answer at once: what the loop itself costs.</summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 2, iterationCount: 5, invocationCount: 1)]
public class TickBenchmarks
{
    private readonly InstantPorts.Clock _time = new();
    private ServiceProvider _services = null!;
    private IAutoScaler _autoScaler = null!;

    [Params(10_000, 100_000)]
    public int Policies { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time);
        var builder = services.AddAutoScaling(o => (o.RunLoop, o.StartJitter) = (false, 0)).UseInstantPorts();
        for (var i = 0; i < Policies; i++) builder.AddPolicy($"service-{i}", max: 20);
        _services = services.BuildServiceProvider();
        _autoScaler = _services.GetRequiredService<IAutoScaler>();
    }

    [IterationSetup]
    public void NextInterval() => _time.Now += TimeSpan.FromSeconds(30);

    [Benchmark]
    public async Task<int> Tick()
    {
        var evaluated = await _autoScaler.TickAsync();
        return evaluated == Policies ? evaluated : throw new InvalidOperationException($"{evaluated} of {Policies} targets were evaluated.");
    }

    [GlobalCleanup]
    public void Clean() => _services.Dispose();
}
