using BenchmarkDotNet.Attributes;

namespace AutoScaling.Benchmarks;

/// <summary>What the cheapest value costs: the floor under every other figure here.</summary>
[MemoryDiagnoser]
public class ReplicaRangeBenchmarks
{
    private readonly ReplicaRange _range = new(1, 10);

    [Params(5, 12)]
    public int Replicas { get; set; }

    [Benchmark]
    public int Clamp() => _range.Clamp(Replicas);
}
