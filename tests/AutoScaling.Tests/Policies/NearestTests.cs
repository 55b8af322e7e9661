namespace AutoScaling.Tests.Policies;

public sealed class NearestTests
{
    [Theory]
    [InlineData("mn", "min")]
    [InlineData("mxa", "max")]
    [InlineData("MIN", "min")]
    [InlineData("cpuTarge", "cpuTarget")]
    [InlineData("cputraget", "cpuTarget")]
    [InlineData("cpu-Target", "cpuTarget")]
    [InlineData("cpuTargets", "cpuTarget")]
    [InlineData("xpuTargex", "cpuTarget")]
    public void To_ASlipOrTwo_IsTheNameThatWasMeant(string name, string meant) => Assert.Equal(meant, Nearest.To(name, ["service", "min", "max", "cpuTarget"]));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("mm3")]
    [InlineData("target")]
    [InlineData("cpuTrg")]
    public void To_NothingNear_IsNone(string name) => Assert.Null(Nearest.To(name, ["service", "min", "max", "cpuTarget"]));

    [Fact]
    public void To_SeveralNear_IsTheNearest() => Assert.Equal("scaleDown", Nearest.To("scaleDwn", ["scaleUpn", "scaleDown", "scaleUn"]));
}
