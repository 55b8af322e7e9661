namespace AutoScaling.Tests.Deciding;

public sealed class HeadroomTests
{
    [Theory]
    [InlineData(4, 9, 6, 6)] // up to the room there is
    [InlineData(4, 9, 4, 4)]
    [InlineData(4, 9, 2, 4)] // what is there stays, room or not
    [InlineData(4, 9, 9, 9)]
    [InlineData(4, 2, 1, 2)] // down is no matter of room
    [InlineData(0, 3, 2, 2)] // also into the range
    public void Decide_RoomForSoMany_AddsNoMore(int current, int wanted, int room, int expected)
    {
        var decision = Decide(current, wanted, new() { Most = room, Because = "the quota of team-a allows 6 CPUs" });
        Assert.Equal(expected, decision.To);
        Assert.Equal(expected < wanted, decision.Headroom is not null);
        if (decision.Headroom is null) return;
        Assert.Contains($"There is room for {room} at most (the quota of team-a allows 6 CPUs), so it is {expected} instead of {wanted}.", decision.Explain(), StringComparison.Ordinal);
        Assert.Equal(decision, ScalingDecision.FromJson(decision.ToJson()));
    }

    [Fact]
    public void Decide_NobodySays_IsAsBefore() => Assert.Equal(9, Decide(4, 9, null).To);

    [Fact]
    public void Most_Negative_IsRefused() =>
        Assert.Equal("Most must be at least 0, but is -1.", Assert.Throws<ScalingException>(() => new Headroom { Most = -1, Because = "so" }).Message);

    private static ScalingDecision Decide(int current, int wanted, Headroom? headroom) => ScalingDecisionEngine.Decide(
        new() { Target = "web", Range = new(current == 0 ? wanted : 1, 100), Rules = [new FixedRule { Replicas = wanted }], Behavior = ScalingBehavior.Immediate },
        ScalingState.New,
        new() { Replicas = ReplicaStatus.AllReady(current), Headroom = headroom },
        Story.Start);
}
