namespace AutoScaling.Tests.Deciding;

/// <summary>From when on a policy's word on a missing metric counts.</summary>
public sealed class LastUsableTests
{
    private static readonly MetricExpectation Empty = new() { Metric = "queue", IfMissing = MissingMeaning.Of(0), After = TimeSpan.FromMinutes(5) };

    private static readonly ScalingPolicy Untracked = new()
    {
        Target = "web",
        Range = new(1, 50),
        Rules = [new BacklogRule { Metric = "queue", ThroughputPerReplica = 1 }],
        Behavior = ScalingBehavior.Immediate,
    };

    private static readonly ScalingPolicy Tracked = Untracked with { Metrics = [Empty] };

    [Fact]
    public void IfMissing_PolicyBeginsToSayIt_TimeCountsFromThen()
    {
        var story = new Story(Untracked, 8);
        for (var t = 0; t <= 600; t += 30) Queue(story, t, 480);
        story.Policy = Tracked;
        for (var t = 630; t < 930; t += 30) Assert.Equal(8, Missing(story, t).To);
        Assert.Equal(1, Missing(story, 930).To);
    }

    [Fact]
    public void IfMissing_PolicyStopsAndBeginsAgain_OldTimeIsNotUsed()
    {
        var story = new Story(Tracked, 8);
        Queue(story, 0, 480);
        story.Policy = Untracked;
        for (var t = 30; t <= 600; t += 30) Queue(story, t, 480);
        story.Policy = Tracked;
        for (var t = 630; t < 930; t += 30) Assert.Equal(8, Missing(story, t).To);
        Assert.Equal(1, Missing(story, 930).To);
    }

    [Fact]
    public void IfMissing_AnotherMetricIsStillTracked_OldTimeOfTheFirstIsNotUsed()
    {
        var other = Untracked with { Metrics = [new() { Metric = "other", IfMissing = MissingMeaning.Ignore }] };
        var story = new Story(Tracked, 8);
        Queue(story, 0, 480);
        story.Policy = other;
        for (var t = 30; t <= 600; t += 30) Queue(story, t, 480);
        story.Policy = other with { Metrics = [.. other.Metrics, Empty] };
        Assert.Equal(8, Missing(story, 630).To);
    }

    [Fact]
    public void LastUsable_ThroughJsonOfStateAndDecision_IsTheSame()
    {
        var story = new Story(Tracked, 8);
        Queue(story, 0, 480);
        var decision = Missing(story, 60);
        Assert.Contains("\"lastUsable\":{\"queue\":\"2026-01-01T12:00:00+00:00\"}", story.State.ToJson(), StringComparison.Ordinal);
        Assert.Contains("\"lastUsable\":{\"queue\":\"2026-01-01T12:00:00+00:00\"}", decision.ToJson(), StringComparison.Ordinal);

        var read = ScalingDecision.FromJson(decision.ToJson());
        Assert.Equal(decision.ToJson(), read.ToJson());
        Assert.Equal(story.State, ScalingState.FromJson(story.State.ToJson()));

        // Who goes on from what was read decides as who has never stopped.
        var before = story.State;
        var kept = before.After(decision, ScaleOutcome.Unchanged);
        story.State = ScalingState.FromJson(before.ToJson()).After(read, ScaleOutcome.Unchanged);
        Assert.Equal(kept.Extras, story.State.Extras);
        for (var t = 90; t < 300; t += 30) Assert.Equal(8, Missing(story, t).To);
        Assert.Equal(1, Missing(story, 300).To);
    }

    private static ScalingDecision Queue(Story story, double at, double queue) => story.Sees(at, MetricReading.Available("queue", queue, Story.At(at)));

    private static ScalingDecision Missing(Story story, double at) => story.Sees(at, MetricReading.Missing("queue", "there is none"));
}
