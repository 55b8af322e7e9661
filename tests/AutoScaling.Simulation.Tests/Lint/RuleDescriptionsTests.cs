using System.Collections.Immutable;
using System.Globalization;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class RuleDescriptionsTests
{
    private static readonly ImmutableArray<ScalingRule> Rules =
    [
        new ThresholdRule { MemoryTarget = 80, ExactArithmetic = true },
        new TargetTrackingRule { Metric = "cpu", Target = 60 },
        new StepRule { Metric = "cpu", Steps = [new() { Below = 30, Amount = -1 }, new() { From = 80, Adjustment = StepAdjustment.To, Amount = 9 }] },
        new BacklogRule { Metric = "queue", ArrivalMetric = "arrivals", ThroughputPerReplica = 2 },
        new ScheduleRule { Start = "0 8 * * *", End = "0 18 * * *", Bound = ScheduleBound.Exact, Replicas = 4 },
        new FixedRule { Replicas = 3 },
        new QueueingRule { ArrivalMetric = "rps", Objective = TimeSpan.FromSeconds(5), ServiceTime = TimeSpan.FromSeconds(1) },
        new ConcurrencyRule { Metric = "concurrency", Target = 10 },
        new ForecastRule(),
    ];

    public static TheoryData<int, string> Described => new()
    {
        { 0, "cpuTarget: cpu Average % at 35 70; memoryTarget: memory Average % at 80; exactArithmetic rounds × 0.7 up" },
        { 1, "target: cpu Average % ± at 60" },
        { 2, "steps: cpu Average % at 30 80" },
        { 3, "throughputPerReplica: queue TotalPerReplica at 120; throughputPerReplica: arrivals TotalPerReplica at 2" },
        { 4, "exact: Exact 4; 0 8 * * * until 0 18 * * *" },
        { 5, "replicas: Replicas 3" },
        { 6, "objective: rps TotalPerReplica at 0.4008535452892019" },
        { 7, "target: concurrency TotalPerReplica at 7" },
        { 8, "target: cpu Average % ± at 70" },
    };

    [Theory]
    [MemberData(nameof(Described))]
    public void Of_RuleOfTheLibrary_TellsWhatItComparesAndHolds(int rule, string told) => Assert.Equal(told, Told(Rules[rule].Describe()!));

    /// <summary>A rule without a description is checked like one of the user's own: by its answers only.</summary>
    [Fact]
    public void Of_EveryRuleOfTheLibrary_IsDescribed()
    {
        var types = typeof(ScalingRule).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ScalingRule)) && !type.IsAbstract);
        Assert.Equal(types.Select(type => type.Name).Order(), Rules.Select(rule => rule.GetType().Name).Order());
    }

    private static string Told(RuleDescription description) => string.Join("; ", (string[])
    [
        .. description.Comparisons.Select(c =>
            $"{c.Setting}: {c.Metric} {c.Nature}{(c.IsPercent ? " %" : "")}{(c.HasTolerance ? " ±" : "")} at {string.Join(' ', c.Edges.Select(Text))}"),
        .. description.Count is { } count ? (string[])[$"{count.Setting}: {count.Kind} {count.Replicas}"] : [],
        .. description.Times is { } times ? (string[])[$"{times.Start} until {times.End}"] : [],
        .. description.RoundsUp is { } rounds ? (string[])[$"{rounds.Setting} rounds × {Text(rounds.Factor)} up"] : [],
    ]);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
