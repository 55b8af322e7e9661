namespace AutoScaling.Simulation;

/// <summary>How a candidate comes to its replicas.</summary>
public enum CandidateKind
{
    /// <summary>The engine decides by a policy.</summary>
    Policy,

    /// <summary>A constant: the mean demand of the whole trace, rounded up.</summary>
    StaticMean,

    /// <summary>A constant: the highest demand of the whole trace.</summary>
    StaticPeak,

    /// <summary>
    /// The demand is known in advance: what will be needed within the start delay is asked for, and nothing is ever missing.
    /// </summary>
    Clairvoyant,
}

/// <summary>What is tried out: a policy, or a baseline to compare policies with. Immutable and thread-safe.</summary>
public sealed record Candidate
{
    private Candidate(string name, CandidateKind kind, ScalingPolicy? policy = null)
    {
        Name = name;
        Kind = kind;
        Policy = policy;
    }

    /// <summary>A constant number of replicas: the mean demand.</summary>
    public static Candidate StaticMean { get; } = new("static mean", CandidateKind.StaticMean);

    /// <summary>A constant number of replicas: the highest demand.</summary>
    public static Candidate StaticPeak { get; } = new("static peak", CandidateKind.StaticPeak);

    /// <summary>The demand, known in advance, with the model's start delay.</summary>
    public static Candidate Clairvoyant { get; } = new("clairvoyant", CandidateKind.Clairvoyant);

    /// <summary>
    /// All baselines: static mean, static peak, clairvoyant, the HPA at 70 % and 50 %, and the described threshold policy.
    /// </summary>
    public static IReadOnlyList<Candidate> Baselines { get; } = [StaticMean, StaticPeak, Clairvoyant, Hpa(70), Hpa(50), Threshold()];

    /// <summary>What it is called in reports.</summary>
    public string Name { get; }

    /// <summary>How it comes to its replicas.</summary>
    public CandidateKind Kind { get; }

    /// <summary>The policy; <see langword="null"/> for a baseline without one.</summary>
    public ScalingPolicy? Policy { get; }

    /// <summary>Tries out a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="name">What it is called in reports; <see langword="null"/> for the name of its target.</param>
    public static Candidate Of(ScalingPolicy policy, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new(name ?? policy.Target.Name, CandidateKind.Policy, policy);
    }

    /// <summary>
    /// The Kubernetes HorizontalPodAutoscaler: target tracking on CPU with Kubernetes' default behaviour, every 15 s, from 1 replica to
    /// 1000.
    /// </summary>
    /// <param name="target">The utilization to keep, in percent.</param>
    public static Candidate Hpa(double target) => Of(
        new()
        {
            Target = "hpa",
            Range = new(1, 1000),
            Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = target }],
            Behavior = ScalingBehavior.Kubernetes,
            Interval = TimeSpan.FromSeconds(15),
        },
        FormattableString.Invariant($"HPA {target:0.###}%"));

    /// <summary>
    /// A <see cref="ForecastRule"/> that may decide, over target tracking of CPU at 70 %: every 15 s, from 1 replica to 1000, with nothing
    /// held back but by the rule itself.
    /// </summary>
    /// <param name="load">The metric that holds the whole load; <see langword="null"/> to see it by CPU alone.</param>
    public static Candidate Forecast(MetricRef? load = null) => Of(
        new()
        {
            Target = "forecast",
            Range = new(1, 1000),
            Rules = [new ForecastRule { Load = load, Mode = ForecastMode.Full }],
            Behavior = ScalingBehavior.Immediate,
            Interval = TimeSpan.FromSeconds(15),
        },
        load is null ? "forecast, cpu" : $"forecast, {load.Name}");

    /// <summary>
    /// The threshold policy of the described auto-scaler: every 30 s, 1.5 times the replicas above 70 % CPU, 0.7 times below 35 %,
    /// cooldowns of 5 and 10 minutes, from 1 replica to 1000.
    /// </summary>
    public static Candidate Threshold() =>
        Of(new() { Target = "threshold", Range = new(1, 1000), Interval = TimeSpan.FromSeconds(30) }, "threshold");
}
