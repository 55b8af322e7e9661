namespace AutoScaling.Architecture.Tests.Checks;

public sealed class ReaderCheckTests
{
    [Theory]
    [InlineData("YamlDotNet.RepresentationModel.YamlStream", "YamlStream of YamlDotNet.RepresentationModel")]
    [InlineData("Microsoft.Extensions.Configuration.IConfiguration", "IConfiguration of Microsoft.Extensions.Configuration")]
    public void Failures_UsedAboveTheReaders_FileAndType(string type, string named)
    {
        var package = Demo.Of(
            ("Top/Name.cs", $"namespace Demo; public class Name {{ {type}? _read; }}"),
            ("Below/Reader.cs", $"namespace Demo; public class Reader {{ {type}? _read; }}"));
        Assert.Equal(
            [$"Top/Name.cs uses {named}, but only Below and what is below it may."],
            ReaderCheck.Failures(package, Demo.Floors, "Below"));
    }
}
