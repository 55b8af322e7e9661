using System.Collections.Immutable;
using System.Text.Json;

namespace AutoScaling.Tests.Deciding;

public sealed class RuleMemoryTests
{
    private static readonly ScalingPolicy Policy = new()
    {
        Target = "web",
        Range = new(1, 100),
        Rules = [new CountingRule(), new CountingRule { Name = "other", Step = 10 }],
        Behavior = ScalingBehavior.Immediate with { SafetyGuards = false },
        Combine = RuleCombination.Sum,
    };

    [Fact]
    public void Recommend_RuleThatRemembers_GetsWhatItHandedOut()
    {
        var story = new Story(Policy, 1);
        Assert.Equal([11, 22, 33], new[] { story.Sees(0, 50).To, story.Sees(15, 50).To, story.Sees(30, 50).To });
        Assert.All(story.Sees(45, 50).Recommendations, said => Assert.Null(said.Memory));
    }

    [Fact]
    public void Recommend_SavedAndLoadedAtEveryStep_IsTheSame()
    {
        var (story, restarted) = (new Story(Policy, 1), new Story(Policy, 1));
        for (var t = 0; t < 150; t += 15)
        {
            restarted.State = ScalingState.FromJson(restarted.State.ToJson());
            Assert.Equal(story.Sees(t, 50), restarted.Sees(t, 50));
            Assert.Equal(story.State, restarted.State);
        }
    }

    [Fact]
    public void Recommend_TwoRunsOfOnePolicyObject_ShareNothing()
    {
        var first = new Story(Policy, 1);
        first.Sees(0, 50);
        first.Sees(15, 50);
        Assert.Equal(11, new Story(Policy, 1).Sees(30, 50).To);
    }

    [Theory]
    [InlineData(false, 44)] // not answered: it keeps what it had
    [InlineData(true, 11)] // emptied: it begins anew
    public void After_RuleAnswersWithoutAMemory_KeepsIt(bool forget, int next)
    {
        var story = new Story(Policy, 1);
        for (var t = 0; t < 45; t += 15) story.Sees(t, 50);
        var silent = new Story(Policy with { Rules = [new CountingRule { Silent = !forget, Forget = forget }, new CountingRule { Name = "other", Silent = !forget, Forget = forget }] }, 1) { State = story.State };
        silent.Sees(45, 50);
        Assert.Equal(next, new Story(Policy, 1) { State = silent.State }.Sees(60, 50).To);
    }

    [Fact]
    public void After_RuleIsGone_ForgetsItsMemoryAlone()
    {
        var story = new Story(Policy, 1);
        story.Sees(0, 50);
        story.Policy = Policy with { Rules = [new CountingRule()] };
        story.Sees(15, 50);
        Assert.Equal(["counting"], story.State.Memories!.ByRule.Select(m => m.Key));
        story.Policy = Policy with { Rules = [new FixedRule { Replicas = 3 }] };
        story.Sees(30, 50);
        Assert.Null(story.State.Memories);
    }

    [Fact]
    public void Decide_LargeMemory_IsNotCopied()
    {
        // Eight chunks of 1 kB, of which one changes: less is allocated for an evaluation than half of the memory.
        var policy = Policy with { Rules = [new ChunkRule()] };
        var observation = new ScalingObservation { Replicas = ReplicaStatus.AllReady(3) };
        var state = ScalingState.New;
        for (var i = 0; i < 100; i++) state = Next(i);
        Assert.Equal(8 * 1024, state.Memories!.Find("chunks")!.Length);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) state = Next(100 + i);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 1, 2500);

        ScalingState Next(int i) => state.After(ScalingDecisionEngine.Decide(policy, state, observation, Story.At(i)), ScaleOutcome.Unchanged);
    }

    [Fact]
    public void Rules_OfOneName_GetNamesOfTheirOwn()
    {
        ImmutableArray<ScalingRule> rules = [new FixedRule { Replicas = 1 }, new FixedRule { Name = "fixed-2", Replicas = 2 }, new FixedRule { Replicas = 3 }];
        Assert.Equal(["fixed", "fixed-2", "fixed-3"], new ScalingPolicy { Target = "web", Rules = rules }.Rules.Select(r => r.Name));
    }

    [Fact]
    public void Memory_AsJson_ReadsAsTheSame()
    {
        var memory = new RuleMemory([1, 2, 3], [], [255]);
        var json = JsonSerializer.Serialize(memory);
        Assert.Equal("""["AQID","","/w=="]""", json);
        Assert.Equal(memory, JsonSerializer.Deserialize<RuleMemory>(json));
        Assert.NotEqual(memory, memory.With(0, [1, 2, 4]));
        Assert.Equal(4, memory.Length);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RuleMemory>("""["AQ"]"""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RuleMemory>("7"));
    }

    /// <summary>Asks for one step more at each evaluation.</summary>
    internal sealed record CountingRule : ScalingRule
    {
        public override string Name { get; init; } = "counting";

        public byte Step { get; init; } = 1;

        public bool Silent { get; init; }

        public bool Forget { get; init; }

        public override bool Remembers => true;

        public override Recommendation Recommend(in RuleContext context)
        {
            var count = (byte)((context.Memory?.Chunks[0][0] ?? 0) + Step);
            return Recommendation.For(count, "it counts") with { Memory = Silent ? null : Forget ? RuleMemory.Empty : new RuleMemory([count]) };
        }
    }

    private sealed record ChunkRule : ScalingRule
    {
        public override string Name { get; init; } = "chunks";

        public override bool Remembers => true;

        public override Recommendation Recommend(in RuleContext context)
        {
            var memory = context.Memory ?? new RuleMemory([.. Enumerable.Range(0, 8).Select(_ => ImmutableArray.Create(new byte[1024]))]);
            return Recommendation.For(context.Current, "so") with { Memory = memory.With(context.Now.Second % 8, memory.Chunks[0]) };
        }
    }
}
