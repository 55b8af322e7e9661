namespace AutoScaling.Simulation.Tests.Lint;

internal static class LintTesting
{
    public static ScalingPolicy Policy(params ScalingRule[] rules) => new() { Target = "web", Rules = [.. rules] };

    public static TargetTrackingRule Tracking(double target, string metric = "cpu", TargetKind kind = TargetKind.Utilization) => new() { Metric = metric, Target = target, Kind = kind };

    public static StepRule Steps(params ScalingStep[] steps) => new() { Metric = "cpu", Steps = [.. steps] };

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>The one finding of a policy.</summary>
    public static (string Rule, string Setting, string Message) Only(ScalingPolicy policy, LintOptions? options = null)
    {
        var finding = Assert.Single(PolicyLint.Check(policy, options));
        return (finding.Rule, finding.Setting, finding.Message);
    }

    public static void None(ScalingPolicy policy, LintOptions? options = null) => Assert.Empty(PolicyLint.Check(policy, options));
}
