namespace AutoScaling.Kubernetes.Tests.Leading;

public sealed class LeaderElectionOptionsTests
{
    [Fact]
    public void Errors_Defaults_None()
    {
        var options = new LeaderElectionOptions();
        Assert.Empty(options.Errors());
        Assert.Matches("^.+_[0-9a-f]{8}$", options.Identity);
        Assert.Equal(options.Identity, new LeaderElectionOptions().Identity);
    }

    [Fact]
    public void Errors_EverySettingIsWrong_OneSentenceEach()
    {
        var options = new LeaderElectionOptions
        {
            LeaseName = "Not a name",
            Namespace = "a/b",
            Identity = " ",
            LeaseDuration = TimeSpan.FromSeconds(1.5),
            RetryPeriod = TimeSpan.Zero,
            RenewDeadline = TimeSpan.Zero,
        };
        Assert.Equal(
            [
                "LeaseName must be a Kubernetes name, but is 'Not a name'.",
                "Namespace must be a namespace's name, or not set, but is 'a/b'.",
                "Identity must be a name that no other copy has, but is ' '.",
                "LeaseDuration must be whole seconds, at least 1 and at most 1 hour, but is 1.5s.",
                "RetryPeriod must be more than 0, but is 0s.",
                "RenewDeadline must be more than RetryPeriod (0s), but is 0s.",
            ],
            options.Errors());
    }

    [Theory]
    [InlineData(15, 13.6, 2, "RenewDeadline must be at most nine tenths of LeaseDuration (13.5s), but is 13.6s.")]
    [InlineData(15, 2, 2, "RenewDeadline must be more than RetryPeriod (2s), but is 2s.")]
    public void Errors_TimesContradictEachOther_TheSentenceNamesBoth(double lease, double deadline, double retry, string expected)
    {
        var options = new LeaderElectionOptions { LeaseDuration = TimeSpan.FromSeconds(lease), RenewDeadline = TimeSpan.FromSeconds(deadline), RetryPeriod = TimeSpan.FromSeconds(retry) };
        Assert.Equal([expected], options.Errors());
    }
}
