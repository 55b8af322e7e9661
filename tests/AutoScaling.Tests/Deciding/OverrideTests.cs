using System.Text.Json;

namespace AutoScaling.Tests.Deciding;

/// <summary>A person's word: pause and hold, in the engine.</summary>
public sealed class OverrideTests
{
    private static readonly ScalingPolicy Policy = new()
    {
        Target = "web",
        Range = new(2, 10),
        Rules = [new ThresholdRule()],
        Behavior = ScalingBehavior.Immediate,
    };

    [Theory]
    [InlineData(ScalingOverrideKind.Pause, 90, 4)]
    [InlineData(ScalingOverrideKind.Pause, 10, 4)]
    [InlineData(ScalingOverrideKind.PauseScaleUp, 90, 4)]
    [InlineData(ScalingOverrideKind.PauseScaleUp, 10, 3)]
    [InlineData(ScalingOverrideKind.PauseScaleDown, 90, 6)]
    [InlineData(ScalingOverrideKind.PauseScaleDown, 10, 4)]
    public void Decide_Paused_ThatDirectionStays(ScalingOverrideKind kind, double cpu, int replicas)
    {
        var story = Paused(4, ScalingOverride.Pause(Story.Start, kind));
        Assert.Equal(replicas, story.Sees(30, cpu).To);
    }

    [Theory]
    [InlineData(ScalingOverrideKind.Pause, 1, 1)]
    [InlineData(ScalingOverrideKind.Pause, 14, 14)]
    [InlineData(ScalingOverrideKind.PauseScaleUp, 1, 1)]
    [InlineData(ScalingOverrideKind.PauseScaleUp, 14, 10)]
    [InlineData(ScalingOverrideKind.PauseScaleDown, 1, 2)]
    [InlineData(ScalingOverrideKind.PauseScaleDown, 14, 14)]
    public void Decide_PausedOutsideTheRange_BoundsDoNotActThatWay(ScalingOverrideKind kind, int found, int replicas)
    {
        var story = Paused(found, ScalingOverride.Pause(Story.Start, kind));
        Assert.Equal(replicas, story.Sees(30, 50).To);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(10)]
    [InlineData(double.NaN)]
    public void Decide_Held_IsThePersonsCountWhateverHappens(double cpu)
    {
        var story = Paused(4, ScalingOverride.Hold(7, Story.Start));
        var decision = story.Sees(30, cpu);
        Assert.Equal((7, ScaleCause.Person), (decision.To, decision.Cause));
        story.Replicas = 1;
        Assert.Equal(7, story.Sees(60, cpu).To);
        story.Policy = Policy with { Range = new(8, 10) };
        Assert.Equal(7, story.Sees(90, cpu).To);
    }

    [Fact]
    public void Decide_HeldWhereZeroIsOff_IsThePersonsCount()
    {
        var story = Paused(0, ScalingOverride.Hold(3, Story.Start));
        story.Policy = Policy with { Behavior = ScalingBehavior.Kubernetes };
        Assert.Equal(3, story.Sees(30, 50).To);
    }

    [Fact]
    public void Decide_ItsTimeIsOver_MetricsDecideAgain()
    {
        var story = Paused(4, ScalingOverride.Hold(7, Story.Start, Story.At(60)));
        Assert.Equal(7, story.Sees(59, 90).To);
        Assert.NotNull(story.State.Override);
        Assert.Equal(10, story.Sees(60, 90).To);
        Assert.Null(story.State.Override);
    }

    [Fact]
    public void Decide_AfterAPause_AScaleDownWaitsItsCooldownFromWhenItLastHeld()
    {
        var story = Paused(8, ScalingOverride.Pause(Story.Start, until: Story.At(3600)));
        story.Policy = Policy with { Behavior = ScalingBehavior.Default };
        for (var at = 30; at < 3570 + 600; at += 30) Assert.Equal(8, story.Sees(at, 10).To);
        Assert.Equal(6, story.Sees(3570 + 600, 10).To);
    }

    [Fact]
    public void Decide_AfterAHold_ItsCountIsInTheWindow()
    {
        var story = Paused(4, ScalingOverride.Hold(9, Story.Start, Story.At(60)));
        story.Policy = Policy with { Behavior = ScalingBehavior.Kubernetes };
        for (var at = 15; at <= 45 + 285; at += 15) Assert.Equal(9, story.Sees(at, 10).To);
        Assert.True(story.Sees(45 + 300, 10).To < 9);
    }

    [Fact]
    public void Decide_WhilePaused_SaysWhatWouldBeDone()
    {
        var story = Paused(4, ScalingOverride.Pause(Story.Start, until: Story.At(600), reason: "migration of the database", by: "ann"));
        Assert.Equal(
            "web stays at 4 replicas. Paused by ann until 2026-01-01 12:10:00Z (9m 30s): migration of the database. "
            + "cpu is 90, above 70: 'threshold' asks for 6. The pause goes before that, so 4 stay instead of 6. Then the same readings may change it.",
            story.Sees(30, 90).Explain());
    }

    [Fact]
    public void Decide_PausedWithoutEnd_SaysWhoEndsIt()
    {
        var story = Paused(4, ScalingOverride.Pause(Story.Start));
        Assert.EndsWith("so 4 stay instead of 6. It goes on when someone resumes it.", story.Sees(30, 90).Explain(), StringComparison.Ordinal);
        Assert.Contains(" Paused. cpu is 50,", story.Sees(60, 50).Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_Held_SaysWhoHoldsIt()
    {
        var story = Paused(4, ScalingOverride.Hold(7, Story.Start, by: "ann"));
        Assert.Equal(
            "web goes from 4 to 7 replicas. Held at 7 replicas by ann. cpu is 90, above 70: 'threshold' asks for 6. "
            + "What is held goes before that, so it is 7 instead of 6.",
            story.Sees(30, 90).Explain());
    }

    [Fact]
    public void Decide_PolicyPauses_StaysUntilThePolicyNoLongerSaysSo()
    {
        var story = new Story(Policy with { Paused = true }, 14) { State = ScalingState.New.WithOverride(ScalingOverride.Hold(7, Story.Start)) };
        var decision = story.Sees(0, 90);
        Assert.Equal(14, decision.To);
        Assert.Contains(" Paused: its policy says so.", decision.Explain(), StringComparison.Ordinal);
        Assert.EndsWith(" It goes on when the policy no longer says so.", decision.Explain(), StringComparison.Ordinal);
        story.Policy = Policy;
        Assert.Equal(7, story.Sees(30, 90).To);
    }

    [Fact]
    public void Json_StateAndDecision_KeepIt()
    {
        var said = ScalingOverride.Hold(7, Story.Start, Story.At(600), "migration", "ann");
        var state = ScalingState.New.WithOverride(said);
        Assert.Equal(state, ScalingState.FromJson(state.ToJson()));
        var story = Paused(4, said);
        var decision = story.Sees(30, 90);
        Assert.Equal(said, story.State.Override);
        Assert.Equal(story.State, ScalingState.FromJson(story.State.ToJson()));
        Assert.Equal(decision, ScalingDecision.FromJson(decision.ToJson()));
        Assert.Equal(said, JsonSerializer.Deserialize<ScalingOverride>(JsonSerializer.Serialize(said)));
        Assert.Null(state.WithOverride(null).Extras);
    }

    [Theory]
    [InlineData("""{"version":1,"override":{"kind":"Hold"}}""", "Replicas of a hold must be a count, but is null.")]
    [InlineData("""{"version":1,"override":{"kind":"Pause","replicas":3}}""", "Replicas of a pause must be left out, but is 3.")]
    [InlineData("""{"version":1,"override":{"kind":"Stop"}}""", "override")]
    [InlineData("""{"version":1,"override":{"replicas":3}}""", "kind")]
    [InlineData("""{"version":1,"override":{"kind":"Pause","forever":true}}""", "forever")]
    public void FromJson_NoOverride_IsRefused(string json, string says)
    {
        var error = Assert.Throws<ScalingException>(() => ScalingState.FromJson(json));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Contains(says, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Create_BreaksARule_SaysWhich()
    {
        Assert.Equal("Replicas of a hold must be at least 0, but is -1.", Refused(() => ScalingOverride.Hold(-1, Story.Start)));
        Assert.Equal("Replicas of a hold must be a count, but is null.", Refused(() => ScalingOverride.Pause(Story.Start, ScalingOverrideKind.Hold)));
        Assert.Equal(
            "Until of an override must be after its beginning (2026-01-01 12:00:00Z), but is '2026-01-01 12:00:00Z'.",
            Refused(() => ScalingOverride.Pause(Story.Start, until: Story.Start)));
        Assert.Equal(
            "Reason of an override must be at most 500 characters long, but is 501.",
            Refused(() => ScalingOverride.Pause(Story.Start, reason: new('x', 501))));
        Assert.StartsWith("By of an override must be a text without invisible characters", Refused(() => ScalingOverride.Pause(Story.Start, by: "a\nb")), StringComparison.Ordinal);
    }

    [Fact]
    public void After_ScaledByHand_TheCountIsInTheWindows()
    {
        var behavior = ScalingBehavior.Kubernetes with { SafetyGuards = false };
        var story = new Story(Policy with { Behavior = behavior }, 4);
        story.Sees(0, 50);
        var manual = ScalingDecision.Manual(story.Policy, 4, new(9), Story.At(15), null);
        story.State = story.State.After(manual, ScaleOutcome.Applied);
        story.Replicas = 9;
        for (var at = 30; at < 315; at += 15) Assert.Equal(9, story.Sees(at, 10).To);
        Assert.True(story.Sees(315, 10).To < 9);
    }

    [Fact]
    public void After_ScaledByHandInVain_TheCountIsInNoWindow()
    {
        var state = new Story(Policy, 4).State;
        var manual = ScalingDecision.Manual(Policy, 4, new(9), Story.At(15), null);
        Assert.Equal(4, state.After(manual, ScaleOutcome.Rejected("it moved meanwhile")).Highs!.Value);
        Assert.Equal(9, state.After(manual, ScaleOutcome.Doubtful("it did not answer")).Highs!.Value);
    }

    private static Story Paused(int replicas, ScalingOverride said)
    {
        var story = new Story(Policy, replicas);
        story.Replicas = replicas;
        story.State = ScalingState.New.WithOverride(said);
        return story;
    }

    private static string Refused(Action action) => Assert.Throws<ScalingException>(action).Message;
}
