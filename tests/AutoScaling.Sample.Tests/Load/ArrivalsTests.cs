using AutoScaling.Sample.Load;
using AutoScaling.Sample.Work;

namespace AutoScaling.Sample.Tests.Load;

public sealed class ArrivalsTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(100);

    [Fact]
    public void Of_SameSeed_AreTheSameJobs() =>
        Assert.Equal(Arrivals.Of(new Constant(10), Duration, 3), Arrivals.Of(new Constant(10), Duration, 3));

    [Fact]
    public void Of_OtherSeed_AreOtherJobs() =>
        Assert.NotEqual(Arrivals.Of(new Constant(10), Duration, 3), Arrivals.Of(new Constant(10), Duration, 4));

    [Fact]
    public void Of_ConstantLoad_ComeInOrderAndAsManyAsExpected()
    {
        var jobs = Arrivals.Of(new Constant(50), Duration, 1).ToList();
        Assert.InRange(jobs.Count, 4700, 5300); // 5000 are expected, give or take four standard deviations of 71
        Assert.Equal(Enumerable.Range(1, jobs.Count), jobs.Select(j => (int)j.Id));
        Assert.Equal(jobs.OrderBy(j => j.Due), jobs);
        Assert.All(jobs, j => Assert.InRange(j.Due, TimeSpan.Zero, Duration));
        Assert.InRange(jobs.Average(j => j.Cpu.TotalMilliseconds), 14, 16);
        Assert.All(jobs, j => Assert.InRange(j.Pause, Job.MeanPause / 2, Job.MeanPause * 1.5));
    }

    [Fact]
    public void Of_NoLoad_AreNone() => Assert.Empty(Arrivals.Of(new Constant(0), Duration, 1));

    private sealed class Constant(double load) : ILoad
    {
        public string Name => "constant";

        public double At(TimeSpan time) => load;
    }
}
