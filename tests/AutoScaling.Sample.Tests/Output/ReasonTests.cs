using AutoScaling.Sample.Output;

namespace AutoScaling.Sample.Tests.Output;

public sealed class ReasonTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ScalingPolicy Policy = new()
    {
        Target = "worker",
        Rules = [new TargetTrackingRule { Metric = "cpu", Target = 70 }, new BacklogRule { Metric = "queue", ThroughputPerReplica = 10 }],
    };

    [Fact]
    public void Of_HeldBack_SaysForHowLongInsteadOfADate() => Assert.Equal(
        "cpu is 20, below 63 (target 70): 'cpu' asks for 2. queue is 0: 'backlog' asks for 0. Together they ask for 2. The cooldown keeps 5 instead of 2 for 10m.",
        Reason.Of(Record(cpu: 20), 200));

    [Fact]
    public void Of_TooLong_KeepsWhatDecided() => Assert.Equal(
        "cpu is 20, below 63 (target 70): 'cpu' asks for 2. queue is 0: 'backlog' asks for 0. The cooldown keeps 5 instead of 2 for 10m.",
        Reason.Of(Record(cpu: 20), 140));

    [Fact]
    public void Of_MuchTooLong_IsCut() => Assert.Equal("cpu is 20, below 63 (target 70…", Reason.Of(Record(cpu: 20), 31));

    [Fact]
    public void Of_FailedEvaluation_IsTheError() =>
        Assert.Equal("worker: It is down.", Reason.Of(new() { Target = "worker", At = Now, Policy = Policy, State = ScalingState.New, Error = "It is down." }, 100));

    private static ScalingRecord Record(double cpu)
    {
        var observation = new ScalingObservation
        {
            Replicas = ReplicaStatus.AllReady(5),
            Metrics = new(MetricReading.Available("cpu", cpu, Now), MetricReading.Available("queue", 0, Now)),
        };
        return new()
        {
            Target = "worker",
            At = Now,
            Policy = Policy,
            State = ScalingState.New,
            Observation = observation,
            Decision = ScalingDecisionEngine.Decide(Policy, ScalingState.New, observation, Now),
        };
    }
}
