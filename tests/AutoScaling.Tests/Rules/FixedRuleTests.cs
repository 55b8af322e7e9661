using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

public sealed class FixedRuleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void Recommend_Always_IsTheCount(int replicas)
    {
        var said = new FixedRule { Replicas = replicas }.Ask(7);
        Assert.Equal((RecommendationKind.Replicas, RecommendationReason.Fixed, replicas), (said.Kind, said.Reason, said.Replicas));
    }

    [Fact]
    public void Replicas_Negative_NamesTheRuleAndTheValue() =>
        AssertInvalid("Replicas must be at least 0, but is -1.", () => new FixedRule { Replicas = -1 });
}
