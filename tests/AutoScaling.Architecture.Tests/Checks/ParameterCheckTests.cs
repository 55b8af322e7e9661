namespace AutoScaling.Architecture.Tests.Checks;

public sealed class ParameterCheckTests
{
    private const string Seven = "int a, int b, int c, int d, int e, int f, int g";
    private const string Eight = Seven + ", int h";

    [Theory]
    [InlineData($"A({Seven}) {{ }} void M({Seven}) {{ }} record R({Seven});")]
    [InlineData($"[JsonConstructor] A({Eight}) {{ }}")]
    [InlineData($"[System.Text.Json.Serialization.JsonConstructor] A({Eight}) {{ }}")]
    [InlineData($"[method: JsonConstructor] record R({Eight});")]
    public void Failures_SevenOrMadeByJson_None(string member) => Assert.Empty(FailuresOf(member));

    [Theory]
    [InlineData($"A({Eight}) {{ }}", "A")]
    [InlineData($"void M({Eight}) {{ }}", "M")]
    [InlineData($"record R({Eight});", "R")]
    [InlineData($"delegate void D({Eight});", "D")]
    [InlineData($"void M() {{ void L({Eight}) {{ }} }}", "L")]
    public void Failures_Eight_AreNamed(string member, string name) =>
        Assert.Equal([$"F/A.cs: {name} has 8 parameters, but at most 7 are allowed."], FailuresOf(member));

    private static IEnumerable<string> FailuresOf(string member) =>
        ParameterCheck.Failures(Demo.Of(("F/A.cs", $"namespace Demo; public class A {{ {member} }}")));
}
