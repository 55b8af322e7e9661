namespace AutoScaling.Architecture.Tests.Checks;

public sealed class LineCheckTests
{
    [Theory]
    [InlineData(140, 2, null)]
    [InlineData(141, 2, "1 of the 2 lines of Demo have more than 140 columns, but at most 1 % may: F/A.cs (1).")]
    [InlineData(180, 99, "1 of the 99 lines of Demo have more than 140 columns, but at most 1 % may: F/A.cs (1).")]
    [InlineData(180, 100, null)]
    [InlineData(181, 100, "F/A.cs:1 has 181 columns, but at most 180 are allowed.")]
    public void Failures_OneLongLine_AsLongAsAllowed(int columns, int lines, string? failure)
    {
        var text = string.Join('\n', Enumerable.Repeat("//", lines - 1).Prepend("//" + new string('x', columns - 2))) + "\n";
        Assert.Equal(Demo.Failures(failure), LineCheck.Failures(Demo.Of(("F/A.cs", text))));
    }
}
