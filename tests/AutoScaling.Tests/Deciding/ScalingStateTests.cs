using CsCheck;

namespace AutoScaling.Tests.Deciding;

public sealed class ScalingStateTests
{
    [Theory]
    [InlineData(ScaleOutcomeKind.Applied, true, 0, 8)]
    [InlineData(ScaleOutcomeKind.Unchanged, false, 2, 5)]
    [InlineData(ScaleOutcomeKind.Rejected, false, 2, 5)]
    [InlineData(ScaleOutcomeKind.Failed, false, 3, 5)]
    public void After_EachOutcome_RemembersAChangeOnlyIfItHappened(ScaleOutcomeKind kind, bool happened, int failures, int written)
    {
        // Before: one change, from 3 to 5, and two failures in a row.
        var story = new Story(ScalingBehavior.Immediate, 3);
        story.Wants(0, 5);
        story.Outcome = ScaleOutcome.Failed("the API server answered 500");
        story.Wants(10, 8);
        story.Wants(20, 8);
        Assert.Equal((2, 5), (story.State.ConsecutiveFailures, story.State.LastWritten));

        story.Outcome = new() { Kind = kind, Reason = "so" };
        story.Wants(30, 8);
        Assert.Equal((failures, written), (story.State.ConsecutiveFailures, story.State.LastWritten));
        Assert.Equal(happened ? Story.At(30) : Story.At(0), story.State.LastScaleUp);
        Assert.Null(story.State.LastScaleDown);
        ScaleEvent[] events = happened ? [new() { At = Story.At(30), Change = 3 }, new() { At = Story.At(0), Change = 2 }] : [new() { At = Story.At(0), Change = 2 }];
        Assert.Equal(events, story.State.Events);
    }

    [Fact]
    public void After_ScaleDownApplied_IsRememberedAsOne()
    {
        var story = new Story(ScalingBehavior.Immediate, 9);
        story.Wants(5, 6);
        Assert.Equal((null, Story.At(5), 6), (story.State.LastScaleUp, story.State.LastScaleDown, story.State.LastWritten));
        Assert.Equal(-3, Assert.Single(story.State.Events).Change);
    }

    [Fact]
    public void After_StayThatTheScalerCallsApplied_IsNoChange()
    {
        var decision = new Story(ScalingBehavior.Immediate, 5).Wants(0, 5);
        var state = ScalingState.New.After(decision, ScaleOutcome.Applied);
        Assert.Equal((null, null, null), (state.LastScaleUp, state.LastScaleDown, state.LastWritten));
        Assert.Empty(state.Events);
    }

    [Fact]
    public void New_HasNoPast()
    {
        Assert.Equal((null, null, 0, null), (ScalingState.New.LastScaleUp, ScalingState.New.LastScaleDown, ScalingState.New.ConsecutiveFailures, ScalingState.New.LastWritten));
        Assert.Empty(ScalingState.New.Events);
        Assert.Equal(ScalingState.New.ToJson(), ScalingState.FromJson(ScalingState.New.ToJson()).ToJson());
        Assert.True(ScalingState.FromJson("{}").IsNew);
    }

    [Fact]
    public void Expected_SomeoneElseChangedTheTarget_SaysWhatWasWrittenOnce()
    {
        var story = new Story(ScalingBehavior.Immediate, 3);
        Assert.Null(story.Wants(0, 5).Expected);
        Assert.Null(story.Wants(10, 5).Expected);
        story.Replicas = 7;
        Assert.Equal(5, story.Wants(20, 7).Expected);
        Assert.Null(story.State.LastWritten);
        Assert.Null(ScalingState.FromJson(story.State.ToJson()).LastWritten);
        Assert.Null(story.Wants(25, 7).Expected);
        Assert.Null(story.Wants(30, 6).Expected);
        Assert.Null(story.Wants(40, 6).Expected);
        story.Replicas = 200; // also when it left the range
        Assert.Equal(6, story.Wants(50, 6).Expected);
    }

    [Theory]
    [InlineData(ScaleOutcomeKind.Applied)]
    [InlineData(ScaleOutcomeKind.Rejected)]
    [InlineData(ScaleOutcomeKind.Failed)]
    public void Expected_TheForeignChangeIsAnswered_IsNotSaidAgainWhateverComesOfIt(ScaleOutcomeKind kind)
    {
        var story = new Story(ScalingBehavior.Immediate, 3);
        story.Wants(0, 5);
        (story.Replicas, story.Outcome) = (7, new() { Kind = kind });
        Assert.Equal(5, story.Wants(10, 4).Expected);
        Assert.Equal(kind == ScaleOutcomeKind.Applied ? 4 : null, story.State.LastWritten);
        Assert.Null(story.Wants(20, 4).Expected);
    }

    [Fact]
    public void Expected_AfterAScalingThatFailed_IsStillWhatIsThere()
    {
        var story = new Story(ScalingBehavior.Immediate, 3);
        story.Wants(0, 5);
        story.Outcome = ScaleOutcome.Failed("it timed out");
        story.Wants(10, 9);
        Assert.Null(story.Wants(20, 9).Expected);
    }

    [Fact]
    public void ToJson_AnyState_ReadsAsTheSame()
    {
        var story = new Story(ScalingBehavior.Default, 3);
        story.Wants(-0.0000003, 3);
        story.Wants(10.1234567, 6);
        story.Outcome = ScaleOutcome.Failed("so");
        story.Wants(900, 2);
        var json = story.State.ToJson();
        var again = ScalingState.FromJson(json);
        Assert.Equal(json, again.ToJson());
        Assert.Equal((story.State.Since, story.State.LastUp, story.State.LastDown, 1, 6), (again.Since, again.LastUp, again.LastDown, again.ConsecutiveFailures, again.LastWritten));
        Assert.Equal(story.State.Events, again.Events);

        var snapshot = ScalingState.FromJson(story.State.Snapshot().ToJson());
        Assert.True(snapshot.IsSnapshot);
        Assert.False(again.IsSnapshot);
        Assert.Equal(story.State.Snapshot().ToJson(), snapshot.ToJson());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{\"highs\":7}")]
    [InlineData("{\"highs\":[null]}")]
    [InlineData("{\"since\":\"yesterday\"}")]
    [InlineData("{\"lastWritten\":1.5}")]
    public void FromJson_NoState_SaysSo(string json)
    {
        var error = Assert.Throws<ScalingException>(() => ScalingState.FromJson(json));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.StartsWith("The state cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"lastHeld\":\"2026-01-01T12:00:00+00:00\"")]
    [InlineData("\"restore\":14")]
    [InlineData("\"lastNeed\":14")]
    [InlineData("\"lastUsable\":{\"cpu\":\"2026-01-01T12:00:00+00:00\"}")]
    public void FromJson_APastWithoutATimeSinceWhen_IsRefused(string part)
    {
        Assert.Equal(
            "The state cannot be read: it has a past, but no time since when.",
            Assert.Throws<ScalingException>(() => ScalingState.FromJson($"{{{part}}}")).Message);
        var whole = $$"""{"since":"2026-01-01T12:00:00+00:00","highs":[],"lows":[],{{part}}}""";
        Assert.Contains(part.Split(':')[0], ScalingState.FromJson(whole).ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(15, 0)]
    [InlineData(1, 3600)]
    public void Histories_OfALongRun_StayAsSmallAsWhatTheyAreNeededFor(int interval, int window)
    {
        // Ever higher, ever lower, up and down: whatever is recommended, no more is kept than twice what may still be needed, or a few.
        var behavior = new ScalingBehavior
        {
            ScaleUp = new() { StabilizationWindow = TimeSpan.FromSeconds(window) },
            ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(window) },
            FlapGuard = false,
        };
        var needed = Math.Max(window, 300) / interval;
        var story = new Story(behavior, 5, max: 1_000_000);
        for (var i = 0; i < 12_000; i++)
        {
            story.Wants(i * interval, i < 4_500 ? i : i < 9_000 ? 9_000 - i : 5_000 + (int)(i * 7919L % 1000));
            Assert.InRange(Math.Max(story.State.Highs!.Length, story.State.Lows!.Length), 1, Math.Max(16, (2 * needed) + 2));
            Assert.InRange(story.State.Changes?.Length ?? 0, 0, Math.Max(16, (2 * needed) + 2));
        }
    }

    [Fact]
    public void Histories_OfALongClimbAndDescent_KeepTheFarEndOfAWindowOfAnHour()
    {
        var behavior = new ScalingBehavior { ScaleUp = new() { StabilizationWindow = TimeSpan.FromHours(1) }, ScaleDown = new() { StabilizationWindow = TimeSpan.FromHours(1) }, FlapGuard = false };
        var up = new Story(behavior, 1, max: 1000);
        for (var t = 0; t < 3600; t += 30) up.Wants(t, 1 + (t / 30)).AssertSteps(t == 0 ? [] : [(ScalingGuard.Stabilization, 1 + (t / 30), 1)]);
        up.Wants(3600, 500).AssertHeld(ScalingGuard.Stabilization, 500, 2, until: 3630);

        var down = new Story(behavior, 500, max: 1000);
        for (var t = 0; t < 3600; t += 30) down.Wants(t, 500 - (t / 30)).AssertSteps(t == 0 ? [] : [(ScalingGuard.Stabilization, 500 - (t / 30), 500)]);
        down.Wants(3600, 1).AssertHeld(ScalingGuard.Stabilization, 1, 499, until: 3630);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Histories_OfManyChanges_KeepThoseOfAPeriodOfAnHour(bool up)
    {
        var limited = new DirectionBehavior { RateLimits = [RateLimit.Replicas(100, TimeSpan.FromHours(1))] };
        var story = new Story(up ? new ScalingBehavior { ScaleUp = limited, FlapGuard = false } : new ScalingBehavior { ScaleDown = limited, FlapGuard = false }, 500, max: 1000);
        for (var i = 1; i <= 100; i++) story.Wants(i * 30, up ? 500 + i : 500 - i).AssertFree(up ? 500 + i : 500 - i);
        story.Wants(3600, up ? 900 : 100).AssertHeld(ScalingGuard.RateLimit, up ? 900 : 100, up ? 600 : 400, until: 3630);
    }

    [Fact]
    public void Histories_OfASteadyTarget_HoldOneRecommendation()
    {
        var story = new Story(ScalingBehavior.Kubernetes, 5);
        for (var t = 0; t < 3000; t += 15) story.Wants(t, 5);
        Assert.Equal((1, 1), (story.State.Highs!.Length, story.State.Lows!.Length));
    }

    [Fact]
    public void Histories_AnyRun_KeepWhatAWindowStillNeeds() =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[0, 1200], Gen.Int[0, 50].Array[1, 300]).Sample((interval, window, wanted) =>
        {
            var behavior = new ScalingBehavior
            {
                ScaleUp = new() { StabilizationWindow = TimeSpan.FromSeconds(window), RateLimits = [RateLimit.Replicas(1000, TimeSpan.FromSeconds(Math.Max(1, window)))] },
                ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(window) },
                FlapGuard = false,
            };
            var story = new Story(behavior, wanted[0], min: 0);
            var changes = new List<(double At, int Change)>();
            for (var i = 0; i < wanted.Length; i++)
            {
                var at = i * (double)interval;
                var decision = story.Wants(at, wanted[i]);
                if (decision.To != decision.From) changes.Add((at, decision.To - decision.From));
                var first = Math.Max(0, i - (int)Math.Ceiling(Math.Max(window, 300) / (double)interval) + 1);
                Assert.Equal(wanted[first..(i + 1)].Max(), Live(story.State.Highs, at, Math.Max(window, 300)).Max());
                Assert.Equal(wanted[first..(i + 1)].Min(), Live(story.State.Lows, at, Math.Max(window, 300)).Min());
                Assert.Equal(
                    changes.Where(c => at - c.At < Math.Max(window, 300)).Sum(c => c.Change),
                    story.State.Events.Where(e => Story.At(at) - e.At < TimeSpan.FromSeconds(Math.Max(window, 300))).Sum(e => e.Change));
            }
        });

    [Fact]
    public void After_DecisionsReadFromALog_ForgetsNothing()
    {
        // A window of an hour; the decisions were written and read again, and no longer know it.
        var behavior = new ScalingBehavior { ScaleDown = new() { StabilizationWindow = TimeSpan.FromHours(1) }, FlapGuard = false };
        var story = new Story(behavior, 100);
        var replayed = ScalingState.New;
        for (var i = 0; i <= 100; i++)
        {
            var decision = story.Wants(i * 30, 100 - i);
            replayed = replayed.After(ScalingDecision.FromJson(decision.ToJson()), ScaleOutcome.Unchanged);
            Assert.Equal(100, decision.To);
        }

        Assert.Equal(100, Live(replayed.Highs, 3000, 3600).Max());
        story.State = replayed;
        story.Wants(3599, 1).AssertHeld(ScalingGuard.Stabilization, 1, 100, until: 3600);
    }

    private static IEnumerable<int> Live(Timeline? timeline, double now, double window)
    {
        for (var node = timeline; node is not null; node = node.Older)
        {
            if (Story.At(now).UtcTicks - node.At < TimeSpan.FromSeconds(window).Ticks) yield return node.Value;
        }
    }
}
