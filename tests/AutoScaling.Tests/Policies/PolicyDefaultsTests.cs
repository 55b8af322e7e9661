namespace AutoScaling.Tests.Policies;

public sealed class PolicyDefaultsTests
{
    [Fact]
    public void For_TheLibrarysDefaults_IsTheDefaultPolicy() =>
        Assert.Equal(PolicyGen.Dump([new() { Target = "web" }]), PolicyGen.Dump([ScalingPolicy.For("web", new())]));

    [Fact]
    public void For_OtherDefaults_UsesEachOfThem()
    {
        PolicyDefaults defaults = new() { Range = new(2, 3), CpuTarget = 50, MemoryTarget = 60, ScaleUpCooldown = TimeSpan.FromSeconds(7), ScaleDownCooldown = TimeSpan.FromSeconds(8) };
        ScalingPolicy expected = new()
        {
            Target = "web",
            Range = new(2, 3),
            Rules = [new ThresholdRule { CpuTarget = 50, MemoryTarget = 60 }],
            Behavior = new() { ScaleUp = new() { Cooldown = TimeSpan.FromSeconds(7) }, ScaleDown = new() { Cooldown = TimeSpan.FromSeconds(8) }, FlapGuard = true },
        };
        Assert.Equal(PolicyGen.Dump([expected]), PolicyGen.Dump([ScalingPolicy.For("web", defaults)]));
    }

    [Fact]
    public void Constructor_ABrokenSetting_NamesTheRuleAndTheValue()
    {
        Assert.Equal("CpuTarget must be more than 0, but is 0.", Invalid(() => new PolicyDefaults { CpuTarget = 0 }));
        Assert.Equal("MemoryTarget must be more than 0, but is -1.", Invalid(() => new PolicyDefaults { MemoryTarget = -1 }));
        Assert.Equal("ScaleUpCooldown must be between 0 and 24 hours, but is -1s.", Invalid(() => new PolicyDefaults { ScaleUpCooldown = TimeSpan.FromSeconds(-1) }));
        Assert.Equal("ScaleDownCooldown must be between 0 and 24 hours, but is 1d 1h.", Invalid(() => new PolicyDefaults { ScaleDownCooldown = TimeSpan.FromHours(25) }));
    }

    private static string Invalid(Func<object> create) => Assert.Throws<ScalingException>(create).Message;
}
