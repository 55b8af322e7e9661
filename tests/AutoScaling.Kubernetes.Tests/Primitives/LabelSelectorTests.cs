namespace AutoScaling.Kubernetes.Tests.Primitives;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "web", ["tier"] = "front", ["example.com/zone"] = "a" };

    [Theory]
    [InlineData("app=web", true)]
    [InlineData("app==web", true)]
    [InlineData("app=db", false)]
    [InlineData("app=web,tier=front", true)]
    [InlineData("app=web,tier=back", false)]
    [InlineData("app!=db", true)]
    [InlineData("app!=web", false)]
    [InlineData("missing!=web", true)]
    [InlineData("app in (db, web)", true)]
    [InlineData("app in (db,api),tier=front", false)]
    [InlineData("tier notin (back,middle), app=web", true)]
    [InlineData("tier notin (front)", false)]
    [InlineData("example.com/zone", true)]
    [InlineData("missing", false)]
    [InlineData("!missing", true)]
    [InlineData("!app", false)]
    public void Parse_Selector_MatchesAsTheApiServerWould(string selector, bool matches) => Assert.Equal(matches, LabelSelector.Parse(selector)!.Matches(Labels));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("=web")]
    [InlineData("app=web,")]
    [InlineData("app of (web)")]
    [InlineData("a b")]
    public void Parse_WhatIsNoSelector_MatchesNothingRatherThanEverything(string selector) => Assert.Null(LabelSelector.Parse(selector));

    [Fact]
    public void Matches_PodWithoutLabels_OnlyMeetsConditionsOnMissingOnes()
    {
        Assert.False(LabelSelector.Parse("app=web")!.Matches(null));
        Assert.True(LabelSelector.Parse("!app")!.Matches(null));
    }
}
