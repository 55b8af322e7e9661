using AutoScaling.Sample.Load;

namespace AutoScaling.Sample.Tests.Load;

public sealed class LoadProfileTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    [Fact]
    public void At_WholeRun_RisesBurstsAndFalls()
    {
        var profile = new LoadProfile(Duration, 50);
        double At(double part) => profile.At(Duration * part);
        Assert.Equal(4, At(0), 6);
        Assert.InRange(At(0.2), 4.1, 29.9);
        Assert.Equal(30, At(0.38), 6);
        Assert.Equal(50, At(0.5), 6);
        Assert.Equal(30, At(0.6), 6);
        Assert.Equal(4, At(1), 6);
        Assert.Equal(4, At(2), 6);
    }

    [Fact]
    public void At_AnyTime_IsSmooth()
    {
        var profile = new LoadProfile(Duration, 50);
        var loads = Enumerable.Range(0, 6001).Select(i => profile.At(Duration * (i / 6000.0))).ToList();
        Assert.All(loads, l => Assert.InRange(l, 0, 50));
        Assert.All(loads.Zip(loads.Skip(1)), p => Assert.InRange(Math.Abs(p.Second - p.First), 0, 0.25));
    }
}
