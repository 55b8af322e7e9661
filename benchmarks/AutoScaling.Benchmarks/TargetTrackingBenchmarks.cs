using BenchmarkDotNet.Attributes;

namespace AutoScaling.Benchmarks;

/// <summary>CPU utilization over ready replicas that each have a reading and a request: the arithmetic alone, and the decision around it.</summary>
[MemoryDiagnoser]
public class TargetTrackingBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TargetTrackingRule _rule = new() { Metric = MetricRef.Cpu, Target = 60 };
    private ScalingPolicy _policy = null!;
    private ScalingObservation _observation = null!;

    [Params(10, 100)]
    public int Replicas { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var names = Enumerable.Range(0, Replicas).Select(i => $"web-{i}").ToList();
        _policy = new() { Target = "web", Range = new(1, 1000), Rules = [_rule], Behavior = ScalingBehavior.Kubernetes };
        _observation = new()
        {
            Replicas = new()
            {
                Desired = Replicas,
                Ready = Replicas,
                Members = [.. names.Select(name => new Replica
                {
                    Name = name,
                    Phase = ReplicaPhase.Running,
                    Readiness = ReplicaReadiness.Ready,
                    StartedAt = Now.AddHours(-1),
                    ReadinessChangedAt = Now.AddHours(-1),
                })],
            },

            // Equal names, but other strings than the scaler's, as two answers of a server give.
            Metrics = new(MetricReading.Available(MetricRef.Cpu, 0, Now, [.. names.Select((name, i) =>
                new ReplicaReading(new string(name.AsSpan()), 0.45 + (0.001 * i), 0.5, Now.AddSeconds(-10), TimeSpan.FromSeconds(15)))])),
        };
    }

    [Benchmark]
    public int Arithmetic() => _rule.Recommend(_policy.CreateContext(_observation, Now)).Replicas;

    [Benchmark]
    public ScalingDecision Decision() => ScalingDecisionEngine.Decide(_policy, ScalingState.New, _observation, Now);
}
