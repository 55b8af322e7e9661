using System.Collections.Immutable;

namespace AutoScaling.Tests.Processes;

public sealed class ProcessSpecTests
{
    private static readonly ProcessSpec Spec = new() { Target = "web", FileName = "worker" };

    public static TheoryData<string, Func<object>> Broken => new()
    {
        { "FileName must be a path or a program's name, but is ' '.", () => Spec with { FileName = " " } },
        { "Grace must be between 0 and 24 hours, but is -1s.", () => Spec with { Grace = TimeSpan.FromSeconds(-1) } },
        { "Grace must be between 0 and 24 hours, but is 2d.", () => Spec with { Grace = TimeSpan.FromDays(2) } },
        { "StartupTime must be between 0 and 24 hours, but is -1s.", () => Spec with { StartupTime = TimeSpan.FromSeconds(-1) } },
        { "InitialReplicas must be at least 0, but is -1.", () => Spec with { InitialReplicas = -1 } },
        { "CpuRequest must be more than 0, but is 0.", () => Spec with { CpuRequest = 0 } },
        { "CpuRequest must be more than 0, but is NaN.", () => Spec with { CpuRequest = double.NaN } },
        { "MemoryRequest must be more than 0, but is 0.", () => Spec with { MemoryRequest = 0 } },
        { "Environment must have names that are not empty and have no '=', but one is 'A=B'.", () => Spec with { Environment = ImmutableDictionary<string, string>.Empty.Add("A=B", "") } },
        { @"FileName must be text without control characters, but is 'a\u0000b'.", () => Spec with { FileName = "a\0b" } },
        { @"Arguments must be text without control characters, but is 'a\u0000b'.", () => Spec with { Arguments = ["x", "a\0b"] } },
        { @"Arguments must be text without control characters, but is '\u001B[2J'.", () => Spec with { Arguments = ["\u001b[2J"] } },
        { @"WorkingDirectory must be text without control characters, but is '/a\n'.", () => Spec with { WorkingDirectory = "/a\n" } },
        { @"Environment must be text without control characters, but is 'A\u0000'.", () => Spec with { Environment = ImmutableDictionary<string, string>.Empty.Add("A\0", "") } },
        {
            "Environment must have values without control characters, but the one of 'A' has one.",
            () => Spec with { Environment = ImmutableDictionary<string, string>.Empty.Add("A", "secret\0") }
        },
        { "RestartBackoff.Min must be more than 0, but is 0s.", () => new RestartBackoff(TimeSpan.Zero, TimeSpan.FromSeconds(1)) },
        { "RestartBackoff.Max must be at least Min (2s), but is 1s.", () => new RestartBackoff(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)) },
        { "RestartBackoff.Max must be at most 24 hours, but is 1d 1s.", () => new RestartBackoff(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(86401)) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Init_BrokenSetting_NamesSettingRuleAndValue(string message, Func<object> create)
    {
        var error = Assert.Throws<ScalingException>(create);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(100_000, 60)]
    public void RestartBackoff_ManyCrashes_DoublesUpToTheMax(int crashes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RestartBackoff.Default.After(crashes));
}
