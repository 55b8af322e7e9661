namespace AutoScaling.Architecture.Tests.Checks;

public sealed class LineCheckTests
{
    [Theory]
    [InlineData(140, null)]
    [InlineData(141, "F/A.cs:2 has 141 columns, but at most 140 are allowed.")]
    public void Failures_OneLine_AsLongAsAllowed(int columns, string? failure)
    {
        var text = "//\n//" + new string('x', columns - 2) + "\n//\n";
        Assert.Equal(Demo.Failures(failure), LineCheck.Failures(Demo.Of(("F/A.cs", text))));
    }
}
