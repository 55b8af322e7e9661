using AutoScaling.Deciding;
using BenchmarkDotNet.Attributes;

namespace AutoScaling.Benchmarks;

/// <summary>
/// One whole decision on a history of 20 recommendations and 20 scale events, the new history included: two windows, four rate limits.
/// The rule costs nothing here; <see cref="TargetTrackingBenchmarks"/> measures one that does.
/// </summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private ScalingPolicy _policy = null!;
    private ScalingState _state = null!;
    private ScalingObservation _observation = null!;

    public enum Situation
    {
        Up,
        Down,
        Steady,
    }

    [ParamsAllValues]
    public Situation Point { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var (current, raw, centre, answer) = Point switch
        {
            Situation.Up => (20, 60, 60, 30),
            Situation.Down => (60, 20, 20, 54),
            _ => (40, 40, 40, 40),
        };
        _policy = new()
        {
            Target = "web",
            Range = new(1, 200),
            Rules = [new FixedRule { Replicas = raw }],
            Behavior = new()
            {
                ScaleUp = new() { StabilizationWindow = Seconds(60), RateLimits = [RateLimit.Replicas(4, Seconds(60)), RateLimit.Percent(50, Seconds(120))] },
                ScaleDown = new() { StabilizationWindow = Seconds(300), RateLimits = [RateLimit.Replicas(2, Seconds(60)), RateLimit.Percent(10, Seconds(120))] },
                FlapGuard = false,
            },
        };
        _observation = new() { Replicas = ReplicaStatus.AllReady(current) };
        _state = History(centre);
        var decided = ScalingDecisionEngine.Decide(_policy, _state, _observation, Now).To;
        if (decided != answer) throw new InvalidOperationException($"The decision is {decided}, not {answer}: this measures something else.");
    }

    [Benchmark]
    public ScalingState DecideAndRemember()
    {
        var decision = ScalingDecisionEngine.Decide(_policy, _state, _observation, Now);
        return _state.After(decision, decision.To == decision.From ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
    }

    private static ScalingState History(int centre)
    {
        Timeline? highs = null, lows = null, changes = null;
        for (var i = 19; i >= 0; i--)
        {
            var at = Ago(10 + (15 * i));
            var value = centre + (i % 5) - 2;
            highs = Timeline.AddToHighs(highs, at, value);
            lows = Timeline.AddToLows(lows, at, value);
        }

        for (var i = 9; i >= 0; i--)
        {
            changes = Timeline.Add(changes, Ago(12 + (15 * i)), -1);
            changes = Timeline.Add(changes, Ago(10 + (15 * i)), 1);
        }

        return new(Ago(295), 0, 0) { Highs = highs, Lows = lows, Changes = changes };
    }

    private static long Ago(int seconds) => Now.UtcTicks - Seconds(seconds).Ticks;

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
