using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>
/// The guards seen from outside: only the applied changes, the counts that were found and the recommendations are looked at, over runs of one policy in which others change the
/// target too. A change into the range is exempt itself, and counts as a change for those after it.
/// </summary>
public sealed class LimitProperties
{
    [Fact]
    public void RateLimits_OverEveryPeriodThatEndsWithAChange_AreNotExceeded() => ForEachChange((run, i) =>
    {
        var e = run[i];
        var up = e.Change > 0;
        var direction = up ? e.Policy.Behavior.ScaleUp : e.Policy.Behavior.ScaleDown;
        Assert.NotEqual(RateLimitSelect.Disabled, direction.Select);
        if (direction.RateLimits.IsEmpty) return;

        var kept = direction.RateLimits.Select(limit =>
        {
            // What was removed meanwhile may be added on top, and the other way round: Kubernetes' meaning.
            var changed = run.Take(i).Where(x => e.Now - x.Now < limit.Period).Sum(x => (long)x.Change);
            var start = e.Decision.From - changed;
            return (limit.Unit, up) switch
            {
                (RateLimitUnit.Replicas, true) => e.Decision.To - start <= limit.Value,
                (RateLimitUnit.Replicas, false) => start - e.Decision.To <= limit.Value,
                (_, true) => e.Decision.To <= Math.Max(start + 1, Math.Ceiling(start * (1 + (limit.Value / 100.0)))),
                _ => e.Decision.To >= Math.Truncate(start * (1 - (limit.Value / 100.0))),
            };
        });
        Assert.True(direction.Select == RateLimitSelect.Max ? kept.Any(k => k) : kept.All(k => k), $"{e}");
    });

    /// <summary>Any period at all, wherever it begins: where nothing is removed meanwhile, no more is added than the limit.</summary>
    [Fact]
    public void RateLimits_OverEverySlidingPeriod_AreNotExceeded() =>
        Gen.Select(Gen.Bool, Gen.Int[1, 9], Gen.Int[1, 100], Gen.Select(Gen.Double[0, 50], Gen.Int[0, 60]).Array[1, 60]).Sample((up, most, seconds, wishes) =>
        {
            var limited = new DirectionBehavior { RateLimits = [RateLimit.Replicas(most, TimeSpan.FromSeconds(seconds))] };
            var never = new DirectionBehavior { Select = RateLimitSelect.Disabled };
            var story = new Story(new ScalingBehavior { ScaleUp = up ? limited : never, ScaleDown = up ? never : limited, FlapGuard = false }, up ? 0 : 60, min: 0);
            var at = 0.0;
            var changes = new List<(DateTimeOffset At, int Size)>();
            foreach (var (passed, wanted) in wishes)
            {
                var decision = story.Wants(at += passed, wanted);
                changes.Add((decision.At, Math.Abs(decision.To - decision.From)));
            }

            foreach (var (from, _) in changes) Assert.InRange(changes.Where(c => c.At >= from && c.At - from < TimeSpan.FromSeconds(seconds)).Sum(c => c.Size), 0, most);
        }, iter: Any.Runs);

    [Fact]
    public void Cooldowns_AfterAnyChange_AreKept() => ForEachChange((run, i) =>
    {
        var e = run[i];
        var (up, down) = (e.Policy.Behavior.ScaleUp.Cooldown, e.Policy.Behavior.ScaleDown.Cooldown);
        if (e.Change > 0)
        {
            Assert.DoesNotContain(run.Take(i), x => x.Change > 0 && e.Now - x.Now < up);
            return;
        }

        Assert.DoesNotContain(run.Take(i), x => x.Change != 0 && e.Now - x.Now < down);
        Assert.True(e.Now - run[0].Now >= down, $"{e}");
    });

    [Fact]
    public void Windows_OfEachDirection_LetNoChangeBeyondTheirRecommendations() => ForEachChange((run, i) =>
    {
        var e = run[i];
        var window = e.Change > 0 ? e.Policy.Behavior.ScaleUp.StabilizationWindow : e.Policy.Behavior.ScaleDown.StabilizationWindow;
        var within = run.Take(i + 1).Where(x => e.Now - x.Now < window).Select(x => x.Decision.Recommended).OfType<int>().ToList();
        if (e.Now - run[0].Now < window) within.Add(run[0].Decision.From);
        foreach (var recommended in within) Assert.True(e.Change > 0 ? e.Decision.To <= recommended : e.Decision.To >= Math.Min(recommended, e.Decision.From), $"{recommended} against {e}");
    });

    [Fact]
    public void Agreement_ScaleDown_HasEveryVote() => ForEachChange((run, i) =>
    {
        if (run[i].Policy.ScaleDownOnlyIfAllAgree && run[i].Change < 0)
            Assert.DoesNotContain(run[i].Decision.Recommendations, r => r.Kind == RecommendationKind.Replicas && r.Replicas >= run[i].Decision.From);
    });

    /// <summary>Until is a promise: a tick before it nothing more is let through, and at it something is, if all else stays as it is.</summary>
    [Fact]
    public void Until_OfAGuardThatHoldsEverything_IsWhenItLetsMoreThrough() =>
        Gen.Select(
            Gen.OneOf(
                Any.Direction.Select(d => d with { StabilizationWindow = TimeSpan.Zero, RateLimits = [], Select = RateLimitSelect.Max }),
                Any.Direction.Select(d => d with { Cooldown = TimeSpan.Zero, RateLimits = [], Select = RateLimitSelect.Max }),
                Any.Direction.Select(d => d with { StabilizationWindow = TimeSpan.Zero, Cooldown = TimeSpan.Zero })),
            Gen.Bool,
            Gen.Select(Gen.Double[0, 400], Gen.Int[0, 40]).Array[1, 40],
            Gen.Int[0, 40]).Sample((direction, up, wishes, last) =>
        {
            var behavior = up ? new ScalingBehavior { ScaleUp = direction, FlapGuard = false } : new ScalingBehavior { ScaleDown = direction, FlapGuard = false };
            var story = new Story(behavior, 20, min: 3, max: 30);
            var at = 0.0;
            foreach (var (passed, wanted) in wishes) story.Wants(at += passed, wanted);

            var held = story.Wants(at, last);
            if (held.Steps is not [{ Until: { } until } step] || step.To != held.From) return;
            Assert.Equal(step.To, AsItWillBe(until.AddTicks(-1)));

            // Of several limits that all must free, one may have closed again by then where others freed changes of the other way.
            var oneWay = story.State.Events.Select(e => e.Change > 0).Distinct().Count() < 2;
            if (direction.Select == RateLimitSelect.Max || oneWay) Assert.NotEqual(step.To, AsItWillBe(until));

            int AsItWillBe(DateTimeOffset then) => ScalingDecisionEngine.Decide(
                story.Policy with { Rules = [new FixedRule { Replicas = last }] }, story.State, new() { Replicas = ReplicaStatus.AllReady(story.Replicas) }, then).To;
        }, iter: 4 * Any.Runs);

    private static void ForEachChange(Action<List<Evaluation>, int> assert) => Any.Run.Sample(r =>
    {
        // The bare limits: the safety guards exempt what restores a count, and hold more than the limits do.
        var run = Evaluation.Play(r.Policy with { Behavior = r.Policy.Behavior with { SafetyGuards = false } }, r.Replicas, r.Ticks);
        for (var i = 0; i < run.Count; i++)
        {
            if (run[i].Change != 0 && !run[i].WasOutOfRange) assert(run, i);
        }
    }, iter: 4 * Any.Runs);
}
