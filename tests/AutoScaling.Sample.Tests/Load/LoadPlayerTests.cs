using AutoScaling.Sample.Load;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Sample.Tests.Load;

public sealed class LoadPlayerTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(59.9, 1)]
    [InlineData(60, 2)]
    [InlineData(150, 3)]
    [InlineData(179.9, 3)]
    [InlineData(180, 1)] // begins again after the last row's minute
    [InlineData(250, 2)]
    public void At_Time_HoldsTheLoadOfTheRowBefore(double seconds, double load) =>
        Assert.Equal(load, Parse("time_s,load\r\n0,1\r\n60,2\r\n120,3\r\n").At(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void At_FirstRowLater_BeginsThere() => Assert.Equal(5, Parse("time_s,load\n1000,5\n1010,6").At(TimeSpan.Zero));

    [Fact]
    public void At_SingleRow_AlwaysHolds() => Assert.Equal(5, Parse("time_s,load\n0,5").At(TimeSpan.FromDays(1)));

    [Fact]
    public void At_SpedUp_IsPlayedFaster()
    {
        var trace = Parse("time_s,load\n0,1\n60,2\n120,3", speedUp: 60);
        Assert.Equal([1, 2, 3, 1], new[] { 0.0, 1, 2, 3 }.Select(s => trace.At(TimeSpan.FromSeconds(s))));
    }

    [Fact]
    public void WithPeak_PartOfTheTrace_ScalesWhatIsPlayed()
    {
        var trace = Parse("time_s,load\n0,1\n60,2\n120,30").WithPeak(10, TimeSpan.FromSeconds(120));
        Assert.Equal([5, 10], new[] { 0.0, 60 }.Select(s => trace.At(TimeSpan.FromSeconds(s))));
        Assert.Equal(10, trace.PeakWithin(TimeSpan.FromSeconds(120)));
        Assert.Equal(150, trace.PeakWithin(TimeSpan.FromSeconds(121)));
    }

    [Fact]
    public void WithPeak_NoLoad_SaysThatThereIsNothingToScale()
    {
        var error = Assert.Throws<CommandException>(() => Parse("time_s,load\n0,0\n60,9").WithPeak(10, TimeSpan.FromSeconds(60)));
        Assert.Equal(["--peak cannot scale 'x.csv', because there is no load in the part of it that is played."], error.Errors);
    }

    [Fact]
    public void Read_ShippedTrace_IsADay()
    {
        var day = LoadPlayer.Read(Path.Combine(AppContext.BaseDirectory, "loads", "day.csv"), 1440);
        Assert.InRange(day.PeakWithin(TimeSpan.FromMinutes(1)), 30, 70);
        Assert.Equal(day.At(TimeSpan.FromSeconds(1)), day.At(TimeSpan.FromSeconds(61)));
    }

    private static LoadPlayer Parse(string csv, double speedUp = 1)
    {
        using var reader = new StringReader(csv);
        return new(LoadTrace.ParseCsv(reader, "x"), "x.csv") { SpeedUp = speedUp };
    }
}
