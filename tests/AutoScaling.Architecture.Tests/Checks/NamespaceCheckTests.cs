namespace AutoScaling.Architecture.Tests.Checks;

public sealed class NamespaceCheckTests
{
    private const string Foreign = "namespace Microsoft.Extensions.Hosting; ";
    private const string Extensions = Foreign + "public static class A { public static int Size(this string s) => Of(s); ";

    [Theory]
    [InlineData("namespace Demo; public class A { }", null)]
    [InlineData("namespace Demo.Rules.Fixed; internal class A { }", null)]
    [InlineData("namespace Demo.Rules.Fixed; internal record struct A; internal enum B { One } internal delegate void C();", null)]
    [InlineData("namespace Demo; public class A { internal class Inner; }", null)]
    [InlineData(Extensions + "private static int Of(string s) => s.Length; }", null)]
    [InlineData("namespace Demo; internal class A { }", "internal A is in Demo, but belongs in Demo.Rules.Fixed.")]
    [InlineData("namespace Demo; internal enum A { One }", "internal A is in Demo, but belongs in Demo.Rules.Fixed.")]
    [InlineData("namespace Demo; delegate void A();", "internal A is in Demo, but belongs in Demo.Rules.Fixed.")]
    [InlineData("namespace Demo.Rules.Fixed; public class A { }", "public A is in Demo.Rules.Fixed, but belongs in Demo.")]
    [InlineData(Foreign + "public class A { }", "public A is in Microsoft.Extensions.Hosting, but belongs in Demo.")]
    [InlineData(Extensions + "public static int Of(string s) => 1; }", "public A is in Microsoft.Extensions.Hosting, but belongs in Demo.")]
    public void Failures_OneFile_AsItsFolderSays(string source, string? failure)
    {
        var failures = NamespaceCheck.Failures(Demo.Of(("Rules/Fixed/A.cs", source)));
        Assert.Equal(Demo.Failures(failure), failures.Select(f => f.Replace("Rules/Fixed/A.cs: ", "", StringComparison.Ordinal)));
    }
}
