using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>A state as a host keeps it is the state, whatever was kept in its place before.</summary>
public sealed class KeptStateTests
{
    private static readonly Gen<long> Time = Gen.OneOf(Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks], Gen.Long[Story.Start.UtcTicks, Story.Start.UtcTicks + TimeSpan.TicksPerHour]);

    private static readonly Gen<Timeline?> List = Gen.Select(Time, Gen.OneOf(Gen.Int, Gen.Int[-20, 20]), Gen.Enum<ScaleCause>()).Array[0, 60].Select(
        entries => entries.Aggregate((Timeline?)null, (list, entry) => Timeline.Add(list, entry.Item1, entry.Item2, entry.Item3)));

    [Fact]
    public void Set_AnyRun_KeepsTheState() => Any.Run.Sample(
        run =>
        {
            var kept = default(KeptState);
            foreach (var evaluation in Evaluation.Play(run.Policy, run.Replicas, run.Ticks))
            {
                foreach (var state in (ScalingState[])[evaluation.Before, evaluation.After.Snapshot(), evaluation.After])
                {
                    kept.Set(state);
                    Assert.Equal(state, kept.State);
                    Assert.Equal(state.ToJson(), kept.State.ToJson());
                }
            }
        },
        iter: Any.Runs);

    [Fact]
    public void Set_AnyHistories_KeepsThem() => Gen.Select(List, List, List, Gen.Int.Nullable(), Time).Array[1, 5].Sample(states =>
    {
        var kept = default(KeptState);
        foreach (var (highs, lows, changes, written, held) in states)
        {
            var state = new ScalingState(0, ScalingState.Never, long.MaxValue)
            {
                Highs = highs,
                Lows = lows,
                Changes = changes,
                LastWritten = written & int.MaxValue - 1,
                Extras = held % 2 == 0 ? null : new() { LastHeld = held, OnTop = (int)(held % 3) },
            };
            kept.Set(state);
            Assert.Equal(state, kept.State);
        }
    });

    [Fact]
    public void Set_EverythingIsAnotherAtEachEvaluation_TakesNoNewRoom()
    {
        var policy = new ScalingPolicy { Target = "web", Range = new(2, 40), Behavior = new() { FlapGuard = false } };
        var kept = default(KeptState);
        var story = new Story(policy, 5);
        var states = new List<ScalingState>();
        for (var i = 0; i < 200; i++)
        {
            story.Wants(i * 15, i < 100 ? 1 : 2 + (i * 7919 % 20)); // at first a floor holds it
            states.Add(story.State);
        }

        foreach (var state in states) kept.Set(state);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var state in states[100..]) kept.Set(state);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 200); // what held it is looked at, and dropped
        Assert.All(states[1..99], s => Assert.NotNull(s.Extras));
    }

    [Fact]
    public void Set_ALongHistoryBecomesShort_GivesItsRoomBack()
    {
        Timeline? list = null;
        for (var i = 0; i < 1000; i++) list = Timeline.Add(list, Story.At(i * 15).UtcTicks, i % 7);
        var kept = default(KeptState);
        kept.Set(new(0, 0, 0) { Highs = list });
        Assert.InRange(kept.Room, 5000, 6040);
        kept.Set(new(0, 0, 0) { Highs = Timeline.Newest(list!, 3) });
        Assert.InRange(kept.Room, 20, 64);
    }
}
