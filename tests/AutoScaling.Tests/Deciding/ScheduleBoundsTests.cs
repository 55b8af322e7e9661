using System.Globalization;
using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>Schedules of several priorities, one-off times, exceptions, rules with a say at times only, gradual bounds, and counts that are multiples.</summary>
public sealed class ScheduleBoundsTests
{
    private static readonly ScheduleRule Weekday =
        new() { Name = "weekday", Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", TimeZone = "Europe/Berlin", Replicas = 5 };

    private static readonly ScheduleRule Holiday =
        new() { Name = "holiday", Start = "0 0 25 12 *", End = "0 0 26 12 *", TimeZone = "Europe/Berlin", Bound = ScheduleBound.Exact, Replicas = 0, Priority = 1 };

    [Theory]
    [InlineData(1, 0, "2026-12-25T11:00:00Z", 0)] // a Friday
    [InlineData(0, 0, "2026-12-25T11:00:00Z", 5)] // of one priority the highest floor counts
    [InlineData(0, 1, "2026-12-25T11:00:00Z", 5)]
    [InlineData(int.MinValue, int.MaxValue, "2026-12-25T11:00:00Z", 5)]
    [InlineData(int.MaxValue, int.MinValue, "2026-12-25T11:00:00Z", 0)]
    [InlineData(1, 0, "2026-12-24T11:00:00Z", 5)]
    public void Decide_SchedulesThatContradictEachOther_FollowTheHigherPriority(int holiday, int weekday, string now, int expected)
    {
        var rules = Policy(new FixedRule { Replicas = 0 }, Holiday with { Priority = holiday }, Weekday with { Priority = weekday });
        Assert.Equal(expected, Decide(rules, 0, now).To);
    }

    [Fact]
    public void Decide_SchedulesThatDoNotContradictEachOther_AllHoldWhateverTheirPriority()
    {
        var policy = Policy(new FixedRule { Replicas = 0 }, Weekday, Weekday with { Name = "few", Replicas = 2, Priority = 7 }, Weekday with { Name = "top", Bound = ScheduleBound.Ceiling, Replicas = 9, Priority = -3 });
        var decision = Decide(policy, 20, "2026-12-24T11:00:00Z");
        Assert.Equal((new ReplicaRange(5, 9), 5), (decision.Range, decision.To));
    }

    // Berlin is an hour ahead of UTC; a date at the end is part of it.
    [Theory]
    [InlineData("2026-12-24", "2026-12-26", "2026-12-23T22:59:59Z", false, "2026-12-23T23:00:00Z")]
    [InlineData("2026-12-24", "2026-12-26", "2026-12-23T23:00:00Z", true, "2026-12-26T23:00:00Z")]
    [InlineData("2026-12-24", "2026-12-26", "2026-12-26T22:59:59Z", true, "2026-12-26T23:00:00Z")]
    [InlineData("2026-12-24", "2026-12-26", "2026-12-26T23:00:00Z", false, null)]
    [InlineData("2026-12-24T18:00", "2026-12-24 20:30:15", "2026-12-24T17:00:00Z", true, "2026-12-24T19:30:15Z")]
    [InlineData("2026-12-24T18:00", "2026-12-24 20:30:15", "2026-12-24T19:30:15Z", false, null)]
    [InlineData("2026-03-29T02:30", "2026-03-29T04:00", "2026-03-29T00:59:59Z", false, "2026-03-29T01:00:00Z")] // skipped, so when the gap ends
    [InlineData("2026-10-25T02:30", "2026-10-25T04:00", "2026-10-25T00:30:00Z", true, "2026-10-25T03:00:00Z")] // twice, so the first
    public void Recommend_OneOffTimes_AreOnTheClocksOfTheZone(string from, string to, string now, bool open, string? until)
    {
        var rule = new ScheduleRule { From = from, To = to, TimeZone = "Europe/Berlin", Replicas = 5 };
        var said = rule.Recommend(new(new() { Replicas = ReplicaStatus.AllReady(1) }, Time(now)));
        Assert.Equal((open, until is null ? (DateTimeOffset?)null : Time(until)), (said.Kind == RecommendationKind.Floor, said.Until));
    }

    [Theory]
    [InlineData("2026-12-24T12:00:00Z", true, "2026-12-24T17:00:00Z")]
    [InlineData("2026-12-24T18:00:00Z", false, "2026-12-28T07:00:00Z")] // not on Friday the 25th, nor at the weekend
    [InlineData("2026-12-25T12:00:00Z", false, "2026-12-28T07:00:00Z")]
    [InlineData("2026-12-28T12:00:00Z", true, "2026-12-28T17:00:00Z")]
    public void Recommend_ExceptDates_IsClosedOnThem(string now, bool open, string until)
    {
        var said = (Weekday with { Except = ["2026-12-25"] }).Recommend(new(new() { Replicas = ReplicaStatus.AllReady(1) }, Time(now)));
        Assert.Equal((open, Time(until)), (said.Kind == RecommendationKind.Floor, said.Until));
    }

    [Theory]
    [InlineData("2026-12-25T11:00:00Z", 0)]
    [InlineData("2026-12-24T11:00:00Z", 5)]
    public void Decide_ExceptAnotherSchedule_IsClosedWhileThatIsOpen(string now, int expected)
    {
        var policy = Policy(new FixedRule { Replicas = 0 }, Holiday with { Priority = 0 }, Weekday with { Except = ["holiday"] });
        var decision = Decide(policy, 0, now);
        Assert.Equal(expected, decision.To);
        if (expected == 0) Assert.Equal(Time("2026-12-25T23:00:00Z"), decision.Recommendations[2].Until);
    }

    [Fact]
    public void Decide_ExceptASchedule_LooksAtItsOwnTimesAndDates()
    {
        // The holiday is excepted from nothing that is named: two schedules may name each other.
        var holiday = Holiday with { Priority = 0, Except = ["weekday"] };
        var policy = Policy(new FixedRule { Replicas = 0 }, holiday, Weekday with { Except = ["holiday"] });
        Assert.Equal(
            [RecommendationKind.None, RecommendationKind.None],
            Decide(policy, 0, "2026-12-25T11:00:00Z").Recommendations.Skip(1).Select(said => said.Kind));

        // A date does count.
        policy = Policy(new FixedRule { Replicas = 0 }, holiday with { Except = ["2026-12-25"] }, Weekday with { Except = ["holiday"] });
        Assert.Equal(5, Decide(policy, 0, "2026-12-25T11:00:00Z").To);
    }

    [Theory]
    [InlineData("2026-12-24T11:00:00Z", 9)]
    [InlineData("2026-12-25T11:00:00Z", 3)] // what the schedule is excepted from counts for who has its times
    [InlineData("2026-12-28T11:00:00Z", 9)] // an exception beside the name does not, and is refused when a policy is loaded
    public void Decide_DuringANamedSchedule_HasThatSchedulesTimesAlone(string now, int expected)
    {
        ScalingSchedule during = new() { Rule = "weekday", Except = ["2026-12-28"] };
        var policy = Policy(new FixedRule { Replicas = 3 }, new FixedRule { Name = "more", Replicas = 9, During = during }, Weekday with { Replicas = 0, Except = ["2026-12-25"] });
        Assert.Equal(expected, Decide(policy, 3, now).To);
    }

    [Theory]
    [InlineData("2026-12-24T11:00:00Z", 9)]
    [InlineData("2026-12-24T19:00:00Z", 3)]
    public void Decide_RuleWithASayAtTimes_HasNoneOutsideOfThem(string now, int expected)
    {
        ScalingSchedule own = new() { Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", TimeZone = "Europe/Berlin" };
        foreach (var during in new[] { own, new ScalingSchedule { Rule = "weekday" } })
        {
            var policy = Policy(new FixedRule { Replicas = 3 }, new FixedRule { Name = "day", Replicas = 9, During = during }, Weekday with { Replicas = 1 });
            var decision = Decide(policy, 5, now);
            Assert.Equal(expected, decision.To);
            if (expected == 9) continue;
            var said = decision.Recommendations[1];
            Assert.Equal((RecommendationKind.None, RecommendationReason.ScheduleClosed, Time("2026-12-25T07:00:00Z")), (said.Kind, said.Reason, said.Until));
            Assert.Contains("'day' is closed until 2026-12-25 07:00:00Z.", decision.Explain(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decide_NoRuleHasASay_KeepsWhatThereIs() =>
        Assert.Equal(5, Decide(Policy(new FixedRule { Replicas = 9, During = new() { From = "2030-01-01", To = "2030-01-02" } }), 5, "2026-12-24T11:00:00Z").To);

    [Fact]
    public void Decide_RuleThatCannotSayOutsideOfItsTimes_BlocksNothing()
    {
        var policy = Policy(new FixedRule { Replicas = 1 }, new ThresholdRule { During = new() { From = "2030-01-01", To = "2030-01-02" } });
        Assert.Equal(1, Decide(policy, 5, "2026-12-24T11:00:00Z").To);
    }

    [Theory]
    [InlineData(ScheduleBound.Ceiling, 20, 15)]
    [InlineData(ScheduleBound.Exact, 20, 15)]
    [InlineData(ScheduleBound.Exact, 1, 4)]
    public void Decide_GradualBoundThatOpens_GoesThroughTheRateLimits(ScheduleBound bound, int replicas, int expected)
    {
        var behavior = ScalingBehavior.Immediate with
        {
            ScaleDown = new() { RateLimits = [RateLimit.Replicas(5, TimeSpan.FromMinutes(1))] },
            ScaleUp = new() { RateLimits = [RateLimit.Replicas(3, TimeSpan.FromMinutes(1))] },
        };
        var rule = Weekday with { Bound = bound, Replicas = 10, Gradual = true };
        var policy = Policy(new FixedRule { Replicas = 30 }, rule) with { Behavior = behavior };
        var state = ScalingState.New;
        var now = Time("2026-12-24T11:00:00Z");
        var counts = new List<int>();
        for (var count = replicas; counts.Count < 5; now += TimeSpan.FromSeconds(61))
        {
            var decision = Decide(policy, count, now, state);
            state = state.After(decision, ScaleOutcome.Applied);
            counts.Add(count = decision.To);
        }

        Assert.Equal(replicas > 10 ? "15 10 10 10 10" : "4 7 10 10 10", string.Join(' ', counts));
        Assert.Equal(expected, counts[0]);
        Assert.Equal(10, Decide(policy with { Rules = [policy.Rules[0], rule with { Gradual = false }] }, replicas, "2026-12-24T11:00:00Z").To);

        // The policy's own range, and bounds that are not gradual, hold at once.
        Assert.Equal(40, Decide(policy, 50, "2026-12-24T11:00:00Z").To);
    }

    [Theory]
    [InlineData(4, 5, 8)]
    [InlineData(4, 8, 8)]
    [InlineData(8, 1, 4)]
    [InlineData(5, 5, 8)] // somebody else's 5 is outside of the range
    [InlineData(40, 99, 40)]
    public void Decide_RangeOfMultiples_RoundsUpWithinIt(int replicas, int wanted, int expected)
    {
        var policy = Policy(new FixedRule { Replicas = wanted }) with { Range = new(4, 40, 4) };
        Assert.Equal(expected, Decide(policy, replicas, "2026-12-24T11:00:00Z").To);
    }

    [Fact]
    public void Decide_AnyPolicyWithMultiples_AnswersOne() => Gen.Select(
        Gen.Int[1, 9], Gen.Int[0, 5], Gen.Int[5, 12], Gen.Int[0, 120], Gen.Int[0, 120], Gen.Int[0, 120], Gen.Int[0, 120]).Sample((unit, min, max, replicas, wanted, bound, room) =>
        {
            var behavior = ScalingBehavior.Default with { ScaleUp = new() { RateLimits = [RateLimit.Replicas(5, TimeSpan.FromMinutes(1))] } };
            foreach (var kind in Enum.GetValues<ScheduleBound>())
            {
                for (var gradual = 0; gradual < 2; gradual++)
                {
                    var policy = Policy(new FixedRule { Replicas = wanted }, Weekday with { Bound = kind, Replicas = bound, Gradual = gradual > 0, Priority = 1 }) with
                    {
                        Range = new(min * unit, max * unit, unit),
                        Behavior = behavior,
                    };
                    var observation = new ScalingObservation { Replicas = ReplicaStatus.AllReady(replicas), Headroom = new() { Most = room, Because = "the node is full" } };
                    var decision = ScalingDecisionEngine.Decide(policy, ScalingState.New, observation, Time("2026-12-24T11:00:00Z"));
                    Assert.True(decision.To % unit == 0 || decision.To == replicas, $"{decision.To} of {unit}: {decision.Explain()}");
                }
            }
        });

    [Fact]
    public void ReplicaRange_MultiplesThatItsBoundsAreNot_AreRefused()
    {
        Assert.Equal("MultipleOf must be at least 1, but is 0.", Assert.Throws<ScalingException>(() => new ReplicaRange(0, 8, 0)).Message);
        Assert.Equal("Min must be a multiple of MultipleOf (4), but is 3.", Assert.Throws<ScalingException>(() => new ReplicaRange(3, 8, 4)).Message);
        Assert.Equal("Max must be a multiple of MultipleOf (4), but is 10.", Assert.Throws<ScalingException>(() => new ReplicaRange(4, 10, 4)).Message);
        Assert.Equal("4..12 by 4", new ReplicaRange(4, 12, 4).ToString());
    }

    [Theory]
    [InlineData("rules: [ { type: fixed, replicas: 1, during: day } ]", "policies[0] (web): During of 'fixed' must be the name of another rule of type schedule beside it, or a block with times, but is 'day'.")]
    [InlineData("rules: [ { type: schedule, start: 0 0 * * *, end: 0 6 * * *, floor: 1, except: 2026-13-01 } ]", "policies[0] (web): Except of 'schedule' must be dates such as 2026-12-25 or the name of another rule of type schedule beside it, but is '2026-13-01'.")]
    [InlineData("rules: [ { type: schedule, start: 0 0 * * *, from: 2026-12-24, floor: 1 } ]", "policies[0] (web).rules[0]: Start must not be set beside From: it is either the one or the other.")]
    [InlineData("rules: [ { type: schedule, from: 2026-12-24, floor: 1 } ]", "policies[0] (web).rules[0]: To is required for a rule of type schedule.")]
    [InlineData("rules: [ { type: schedule, from: 24.12.2026, to: 2026-12-26, floor: 1 } ]", "policies[0] (web).rules[0]: From must be a date such as 2026-12-24 or a date and time such as 2026-12-24T18:00, but is '24.12.2026'.")]
    [InlineData("rules: [ { type: fixed, replicas: 1, during: { start: 0 8 * * * } } ]", "policies[0] (web).rules[0].during: End is required for a schedule.")]
    [InlineData("min: 3, max: 8, multipleOf: 4", "policies[0] (web): Min must be a multiple of MultipleOf (4), but is 3.")]
    public void Parse_TimesThatMakeNoSense_AreNamed(string settings, string sentence)
    {
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml($"policies: [ {{ service: web, {settings} }} ]"));
        Assert.Contains(error.Errors, e => e == sentence);
    }

    [Fact]
    public void Parse_EverythingOfSchedules_IsRead()
    {
        var policy = Assert.Single(PolicyDocument.ParseYaml("""
            policies:
              - service: web
                min: 4
                max: 40
                multipleOf: 4
                rules:
                  - { type: schedule, name: sale, from: 2026-11-27, to: 2026-11-27T23:30, timeZone: Europe/Berlin, floor: 12, priority: 2 }
                  - { type: schedule, name: night, start: 0 22 * * *, end: 0 6 * * *, except: [ 2026-12-24, sale ], ceiling: 8, gradual: true }
                  - { type: threshold, during: night }
                  - { type: fixed, replicas: 8, during: { start: 0 8 * * *, end: 0 9 * * *, except: 2026-12-24 } }
            """));
        Assert.Equal(new ReplicaRange(4, 40, 4), policy.Range);
        Assert.Equal<ScalingRule>(
            [
                new ScheduleRule { Name = "sale", From = "2026-11-27", To = "2026-11-27T23:30", TimeZone = "Europe/Berlin", Replicas = 12, Priority = 2 },
                new ScheduleRule { Name = "night", Start = "0 22 * * *", End = "0 6 * * *", Except = ["2026-12-24", "sale"], Bound = ScheduleBound.Ceiling, Replicas = 8, Gradual = true },
                new ThresholdRule { During = new() { Rule = "night" } },
                new FixedRule { Replicas = 8, During = new() { Start = "0 8 * * *", End = "0 9 * * *", Except = ["2026-12-24"] } },
            ],
            policy.Rules);
    }

    private static ScalingPolicy Policy(params ScalingRule[] rules) =>
        new() { Target = "web", Range = new(0, 40), Rules = [.. rules], Behavior = ScalingBehavior.Immediate };

    private static ScalingDecision Decide(ScalingPolicy policy, int replicas, string now) => Decide(policy, replicas, Time(now), ScalingState.New);

    private static ScalingDecision Decide(ScalingPolicy policy, int replicas, DateTimeOffset now, ScalingState state) =>
        ScalingDecisionEngine.Decide(policy, state, new() { Replicas = ReplicaStatus.AllReady(replicas) }, now);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
