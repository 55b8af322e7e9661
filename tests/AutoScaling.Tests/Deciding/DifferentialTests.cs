using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>The engine against <see cref="NaiveGuards"/>, step by step, while policies change in mid-run, others change the target, and scalings fail.</summary>
public sealed class DifferentialTests
{
    private static readonly Gen<(double Passed, int Wanted, int? Foreign, bool Fails, bool Restart)[]> Wishes =
        Gen.Select(
            Gen.Frequency((6, Gen.Double[0, 60]), (1, Gen.Int[0, 6].Select(x => x * 60.0)), (1, Gen.Double[0, 4000])),
            Gen.OneOf(Gen.Int[0, 40], Gen.Int[18, 22]),
            Gen.Frequency((9, Gen.Const((int?)null)), (1, Gen.Int[0, 45].Select(x => (int?)x))),
            Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true))),
            Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true)))).Array[1, 120];

    /// <summary>Windows and periods of up to five minutes may come and go, grow and shrink as they like: so much past is always kept.</summary>
    [Fact]
    public void Decide_PoliciesThatChangeWithinFiveMinutes_IsWhatTheWordsSay()
    {
        var short_ = Gen.Select(Gen.OneOf(Gen.Const(0), Gen.Int[1, 300]), Gen.OneOf(Gen.Const(0), Gen.Int[1, 2000]), Limits(300), Gen.Enum<RateLimitSelect>()).Select((window, cooldown, limits, select) =>
            new DirectionBehavior { StabilizationWindow = TimeSpan.FromSeconds(window), Cooldown = TimeSpan.FromSeconds(cooldown), RateLimits = [.. limits], Select = select });
        var behavior = Gen.Select(short_, short_).Select((up, down) => new ScalingBehavior { ScaleUp = up, ScaleDown = down, FlapGuard = false, SafetyGuards = false });
        Gen.Select(behavior.Array[1, 5], Any.Range.Array[1, 3], Gen.Int[1, 40], Gen.Int[0, 45], Wishes).Sample(
            (behaviors, ranges, every, replicas, wishes) => AssertSame(i => behaviors[i / every % behaviors.Length], i => ranges[i / every % ranges.Length], replicas, wishes), iter: 2 * Any.Runs);
    }

    /// <summary>Longer ones, of up to a day, may shrink; what they need is kept as long as they need it.</summary>
    [Fact]
    public void Decide_LongWindowsThatShrink_IsWhatTheWordsSay()
    {
        var windows = Gen.Int[0, 86400].Array[4].Select(w => w.OrderDescending().ToArray());
        Gen.Select(windows, windows, Limits(3600), Limits(3600), Gen.Int[0, 45], Gen.Int[1, 60], Wishes).Sample((up, down, upLimits, downLimits, replicas, every, wishes) =>
        {
            var behaviors = up.Zip(down, (u, d) => new ScalingBehavior
            {
                ScaleUp = new() { StabilizationWindow = TimeSpan.FromSeconds(u), RateLimits = [.. upLimits] },
                ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(d), RateLimits = [.. downLimits], Select = RateLimitSelect.Min },
                FlapGuard = false,
                SafetyGuards = false,
            }).ToArray();
            AssertSame(i => behaviors[Math.Min(3, i / every)], _ => new(1, 42), replicas, wishes);
        }, iter: Any.Runs);
    }

    private static Gen<RateLimit[]> Limits(int longest) => Gen.Select(Gen.Bool, Gen.Int[1, 30], Gen.Int[1, longest]).Select((percent, value, seconds) =>
        percent ? RateLimit.Percent(value * 5, TimeSpan.FromSeconds(seconds)) : RateLimit.Replicas(value, TimeSpan.FromSeconds(seconds))).Array[0, 3];

    private static void AssertSame(
        Func<int, ScalingBehavior> behaviors, Func<int, ReplicaRange> ranges, int replicas, (double Passed, int Wanted, int? Foreign, bool Fails, bool Restart)[] wishes)
    {
        var naive = new NaiveGuards();
        var story = new Story(behaviors(0), replicas);
        var at = 0.0;
        for (var i = 0; i < wishes.Length; i++)
        {
            var (passed, wanted, foreign, fails, restart) = wishes[i];
            at += passed;
            story.Replicas = foreign ?? story.Replicas;
            story.Policy = story.Policy with { Behavior = behaviors(i), Range = ranges(i) };
            story.Outcome = fails ? ScaleOutcome.Failed("so") : ScaleOutcome.Applied;
            if (restart) story.State = ScalingState.FromJson(story.State.ToJson());
            var expected = naive.Decide(behaviors(i), ranges(i), story.Replicas, wanted, Story.At(at));
            var decision = story.Wants(at, wanted);
            Assert.True(expected == decision.To, $"At {i}, {at} s, wanted {wanted}: by the words {expected}, by the engine {decision.ToJson()}");
            if (!fails) naive.Applied(decision.To - decision.From, Story.At(at));
        }
    }
}
