namespace AutoScaling.Prometheus.Tests.Queries;

/// <summary>Which labels make the name of a target, and which are in one.</summary>
public sealed class TargetPatternTests
{
    [Theory]
    [InlineData("service", "service", "web", "web")]
    [InlineData("{namespace}/{deployment}", "namespace", "shop/web", "shop")]
    [InlineData("{namespace}/{deployment}", "deployment", "shop/web/a", "web/a")]
    [InlineData("{namespace}/{deployment}", "deployment", "shop", null)]
    [InlineData("{namespace}/{deployment}", "deployment", "shop/", null)]
    [InlineData("k8s:{namespace}/deployments/{deployment}!", "deployment", "k8s:shop/deployments/web!", "web")]
    [InlineData("k8s:{namespace}/deployments/{deployment}!", "deployment", "shop/deployments/web!", null)]
    [InlineData("{service.name}", "service.name", "web", "web")]
    public void ValueOf_ALabel_IsThatOfTheName(string pattern, string label, string target, string? value) =>
        Assert.Equal(value, Parse(pattern).ValueOf(label, target));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("{a}{b}")]
    [InlineData("{a}/{a}")]
    [InlineData("{}")]
    [InlineData("{a")]
    [InlineData("a}")]
    [InlineData("{a}/b}")]
    public void Parse_OfWhatIsNone_IsRefused(string pattern) => Assert.Equal(
        $"TargetLabel must be a label, or a pattern of labels such as {{namespace}}/{{deployment}} with something between any two of them, but is '{pattern}'.",
        Assert.Throws<ScalingException>(() => Parse(pattern)).Message);

    private static TargetPattern Parse(string text) => TargetPattern.Parse(text, "TargetLabel");
}
