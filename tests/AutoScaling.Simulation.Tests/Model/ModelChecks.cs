using CsCheck;

namespace AutoScaling.Simulation.Tests.Model;

/// <summary>What must hold for the model to be believed.</summary>
public sealed class ModelChecks
{
    private static readonly BacktestOptions All = new() { WarmUpShare = 0 };

    [Theory]
    [InlineData(75, 10)] // 75 / 8 = 9.4
    [InlineData(80, 10)]
    [InlineData(400, 50)]
    [InlineData(0, 1)]
    public void Run_ConstantLoad_KeepsTheDemandedReplicas(double load, int replicas)
    {
        var run = Traces.Run(Candidate.Of(Traces.Tracking()), Traces.Minutes(120, (0, load)), Traces.Service, All);
        Assert.Equal(replicas, Assert.Single(run.Workload.Demand.Distinct()));
        Assert.Equal(replicas, Assert.Single(run.Ready.Distinct()));
        Assert.Empty(run.Scalings);
    }

    [Theory]
    [InlineData(60, 0, 15, 15, 75)]     // the next sample is 15 s after the step
    [InlineData(60, 30, 15, 15, 105)]
    [InlineData(180, 0, 60, 60, 240)]
    [InlineData(0, 0, 15, 15, 15)]
    [InlineData(45, 45, 15, 30, 105)]
    public void Run_StepUp_FirstNewCapacityComesExactlyAfterSampleLagAndStartDelay(int delay, int lag, int scrape, int window, int expected)
    {
        var model = Traces.Service with
        {
            StartDelay = StartDelay.Constant(TimeSpan.FromSeconds(delay)),
            Pipeline = new() { ScrapePeriod = TimeSpan.FromSeconds(scrape), Window = TimeSpan.FromSeconds(window), PublicationLag = TimeSpan.FromSeconds(lag) },
        };
        var run = Traces.Run(Candidate.Of(Traces.Tracking()), Traces.Minutes(60, (0, 40), (30, 200)), model, All);
        var first = Enumerable.Range(0, run.Ready.Length).First(i => run.Ready[i] > 5);
        Assert.Equal(TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(expected), first * run.Workload.Step);
    }

    [Fact]
    public void Run_Backlog_DrainsInQueueOverSpareCapacity()
    {
        // Two replicas, 20 a second. 30 a second for a minute leave 600 requests; then 15 a second leave 5 spare: 120 s.
        var trace = Traces.Minutes(30, (0, 15), (10, 30), (11, 15));
        var run = Traces.Run(Fixed(2), trace, Traces.Service with { Timeout = TimeSpan.FromHours(1) }, All with { Step = TimeSpan.FromSeconds(1) });
        var empty = Enumerable.Range(660, 1000).First(i => run.Backlog[i] == 0);
        Assert.Equal(600, run.Backlog[659], 3);
        Assert.Equal(660 + 120 - 1, empty); // the backlog at the end of a step
    }

    [Fact]
    public void Serve_AnyCourse_ConservesWork() =>
        Gen.Select(Gen.Double[0, 100].Array[1, 200], Gen.Int[0, 12].Array[1, 200], Gen.Double[0, 120]).Sample((loads, replicas, timeout) =>
        {
            var queue = new Queueing(Traces.Service with { Timeout = TimeSpan.FromSeconds(timeout) });
            double arrived = 0, served = 0, dropped = 0;
            for (var i = 0; i < loads.Length; i++)
            {
                var step = queue.Serve(loads[i], replicas[i % replicas.Length] * 10, 15, loads[i] * 15);
                Assert.True(step is { Served: >= 0, Dropped: >= 0, After: >= 0 } && !(step.Utilization > 1 + 1e-12));
                arrived += step.Arrived;
                served += step.Served;
                dropped += step.Dropped;
            }

            Assert.Equal(arrived, served + dropped + queue.Backlog, 1e-6);
        });

    [Fact]
    public void Run_HalfTheStep_ChangesUnderTimeByLessThanATenthOfAPoint()
    {
        foreach (var candidate in new[] { Candidate.Hpa(70), Candidate.Threshold() })
        {
            var coarse = Traces.Run(candidate, Traces.Days(7), Traces.Service, All with { Step = TimeSpan.FromSeconds(15) }).Scores;
            var fine = Traces.Run(candidate, Traces.Days(7), Traces.Service, All with { Step = TimeSpan.FromSeconds(7.5) }).Scores;
            Assert.InRange(fine.UnderTime - coarse.UnderTime, -0.1, 0.1);
            Assert.True(coarse.UnderTime > 0.5, "there is something to compare");
        }
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameToTheLastBit()
    {
        var model = Traces.Service with { StartDelay = StartDelay.LogNormal(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(180)) };
        BacktestRun Run(ulong seed) => Traces.Run(Candidate.Hpa(60), Traces.Days(2), model, All with { Seed = seed });
        var (one, again, other) = (Run(7), Run(7), Run(8));
        Assert.Equal(one.Scores, again.Scores);
        Assert.Equal(one.Ready, again.Ready);
        Assert.Equal(one.Backlog, again.Backlog);
        Assert.Equal(one.Scalings.Select(s => s.Explain()), again.Scalings.Select(s => s.Explain()));
        Assert.NotEqual(one.Ready, other.Ready);
    }

    private static Candidate Fixed(int replicas) =>
        Candidate.Of(new() { Target = "fixed", Range = new(replicas, replicas), Rules = [new FixedRule { Replicas = replicas }] });
}
