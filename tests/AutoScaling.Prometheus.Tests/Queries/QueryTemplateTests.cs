using CsCheck;

namespace AutoScaling.Prometheus.Tests.Queries;

/// <summary>Expressions, and what is filled into them.</summary>
public sealed class QueryTemplateTests
{
    [Theory]
    [InlineData("sum(up{a='{target}'})", "web", "sum(up{a='web'})")]
    [InlineData("sum(up{a=\"{target}\"})", "a\"b'c\\d", "sum(up{a=\"a\\x22b\\x27c\\\\d\"})")]
    [InlineData("up{a=~'{target:regex}-.*'}", "a.b+c", "up{a=~'a\\\\.b\\\\+c-.*'}")]
    [InlineData("up{a=~'{target:regex}'}", "a\\b", "up{a=~'a\\\\\\\\b'}")]
    [InlineData("up{a='x\\'{target}'}", "web", "up{a='x\\'web'}")]
    [InlineData("up{a='{target}',b='{target}'} / up{a='{target}'}", "w", "up{a='w',b='w'} / up{a='w'}")]
    public void Fill_OfATarget_StaysText(string text, string target, string filled)
    {
        var template = Parse(text);
        Assert.False(template.IsShared);
        Assert.Equal(filled, template.Fill(target));
        Assert.Equal($"timestamp({filled})", template.Inside("timestamp").Fill(target));
    }

    [Theory]
    [InlineData("sum by (service) (up)")]
    [InlineData("up{a='{other}'}")]
    [InlineData("up{a='#'}")]
    [InlineData("up{a=`{x`}")]
    public void Parse_WithoutATarget_IsShared(string text)
    {
        Assert.True(Parse(text).IsShared);
        Assert.Equal(text, Parse(text).Fill("web"));
    }

    [Theory]
    [InlineData("", "Query must be a PromQL expression, but is ''.")]
    [InlineData("sum({target}_total)", "Query must be a PromQL expression with {target} only inside single or double quotes, but is 'sum({target}_total)'.")]
    [InlineData("up{a=`{target}`}", "Query must be a PromQL expression with {target} only inside single or double quotes, but is 'up{a=`{target}`}'.")]
    [InlineData("up # now", "Query must be a PromQL expression without a comment, but is 'up # now'.")]
    public void Parse_OfWhatIsNone_IsRefused(string text, string error) => Assert.Equal(error, Assert.Throws<ScalingException>(() => Parse(text)).Message);

    [Theory]
    [InlineData("up", true)]
    [InlineData(" job:up:sum ", true)]
    [InlineData("up{a='}',b=~\"{x}\"}", true)]
    [InlineData("{__name__='up'}", true)]
    [InlineData("up{a='{target}'}", true)]
    [InlineData("rate(up[2m])", false)]
    [InlineData("up * 1", false)]
    [InlineData("up[2m]", false)]
    [InlineData("up offset 5m", false)]
    [InlineData("42", false)]
    [InlineData("{a='x'", false)]
    public void IsSelector_OfAnExpression_KnowsPlainOnes(string text, bool isSelector) => Assert.Equal(isSelector, Parse(text).IsSelector);

    [Fact]
    public void Fill_OfAnyTarget_NeverLeavesItsQuotes() => Gen.String[Gen.Char["ab'\"\\`{}#.*\u00e9"], 1, 12].Sample(name =>
    {
        var filled = Parse("up{a='{target}'}").Fill(name);
        var inside = filled["up{a='".Length..^"'}".Length];
        Assert.DoesNotContain('\'', inside);
        Assert.DoesNotContain('"', inside);
        Assert.Equal(name, inside.Replace("\\x22", "\"").Replace("\\x27", "'").Replace("\\\\", "\\"));
    });

    private static QueryTemplate Parse(string text) => QueryTemplate.Parse(text, TargetPattern.Parse("service", "TargetLabel"), "Query");
}
