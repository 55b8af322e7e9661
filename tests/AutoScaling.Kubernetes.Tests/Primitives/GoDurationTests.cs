namespace AutoScaling.Kubernetes.Tests.Primitives;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("1m0s", 60)]
    [InlineData("14.936s", 14.936)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("500ms", 0.5)]
    [InlineData("20µs", 0.00002)]
    [InlineData("0s", 0)]
    [InlineData("0", 0)]
    public void Parse_Duration_IsRead(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1d")]
    [InlineData("1.2.3s")]
    [InlineData("99999999999999h")]
    public void Parse_Nonsense_IsNull(string text) => Assert.Null(GoDuration.Parse(text));
}
