namespace AutoScaling.Tests.Rules;

/// <summary>What the tests of single rules share: a time, and a question without an engine around it.</summary>
internal static class RuleTesting
{
    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static Recommendation Ask(this ScalingRule rule, int current, params MetricReading[] readings) => rule.Ask(ReplicaStatus.AllReady(current), readings);

    public static Recommendation Ask(this ScalingRule rule, ReplicaStatus replicas, params MetricReading[] readings) =>
        rule.Ask(new ScalingObservation { Replicas = replicas, Metrics = new([.. readings]) }, new ScalingPolicy { Target = "web" });

    public static Recommendation Ask(this ScalingRule rule, ScalingObservation observation, ScalingPolicy policy) => rule.Recommend(policy.CreateContext(observation, Now));

    /// <summary>What the rule would ask for if another number of replicas carried the load of the observation.</summary>
    public static int Suppose(this ScalingRule rule, int replicas, ReplicaStatus status, params MetricReading[] readings)
    {
        var context = new RuleContext(new() { Replicas = status, Metrics = new([.. readings]) }, Now);
        return rule.Project(context, replicas, rule.Recommend(context));
    }

    public static MetricReading Reading(this MetricRef metric, double value) => MetricReading.Available(metric, value, Now);

    /// <summary>A reading that also has one value for each of some replicas, named <c>r0</c>, <c>r1</c> ...</summary>
    public static MetricReading Reading(this MetricRef metric, double value, int replicas, double each, double? request = null) =>
        MetricReading.Available(metric, value, Now, [.. Enumerable.Range(0, replicas).Select(i => new ReplicaReading($"r{i}", each, request, Now))]);

    public static void AssertInvalid(string sentence, Func<object> create)
    {
        var error = Assert.Throws<ScalingException>(create);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(sentence, error.Message);
        Assert.Equal([sentence], error.Errors);
    }
}
