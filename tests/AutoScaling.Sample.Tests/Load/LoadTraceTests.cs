using AutoScaling.Sample.Load;

namespace AutoScaling.Sample.Tests.Load;

public sealed class LoadTraceTests
{
    [Theory]
    [InlineData("", "Load trace 'x.csv' is empty; its first line must be the header 'time_s,load'.")]
    [InlineData("time,load\n0,1", "Load trace 'x.csv', line 1: must be the header 'time_s,load', but is 'time,load'.")]
    [InlineData("0,1\n60,2", "Load trace 'x.csv', line 1: must be the header 'time_s,load', but is '0,1'.")]
    [InlineData("time_s,load\n", "Load trace 'x.csv' has no row after its header.")]
    [InlineData("time_s,load\n0,1\n60", "Load trace 'x.csv', line 3: must have two values, a time in seconds and a load, but is '60'.")]
    [InlineData("time_s,load\n0,1,2", "Load trace 'x.csv', line 2: must have two values, a time in seconds and a load, but is '0,1,2'.")]
    [InlineData("time_s,load\n0,NaN", "Load trace 'x.csv', line 2: load must be a number of jobs per second, but is 'NaN'.")]
    [InlineData("time_s,load\n0,1e999", "Load trace 'x.csv', line 2: load must be a number of jobs per second, but is '1e999'.")]
    [InlineData("time_s,load\n0,", "Load trace 'x.csv', line 2: load must be a number of jobs per second, but is ''.")]
    [InlineData("time_s,load\nnoon,1", "Load trace 'x.csv', line 2: time_s must be a number of seconds, but is 'noon'.")]
    [InlineData("time_s,load\n0,1\n\n60,-2", "Load trace 'x.csv', line 4: load must be at least 0, but is -2.")]
    [InlineData("time_s,load\n0,1\n60,2\n60,3", "Load trace 'x.csv', line 4: time_s must be more than the one before (60), but is 60.")]
    [InlineData("time_s,load\n60,1\n0,2", "Load trace 'x.csv', line 3: time_s must be more than the one before (60), but is 0.")]
    public void Parse_BrokenCsv_NamesTheLine(string csv, string sentence) =>
        Assert.Equal([sentence], Assert.Throws<SampleException>(() => Parse(csv)).Errors);

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
        var error = Assert.Throws<SampleException>(() => Parse("time_s,load\n0,0\n60,9").WithPeak(10, TimeSpan.FromSeconds(60)));
        Assert.Equal(["--peak cannot scale 'x.csv', because there is no load in the part of it that is played."], error.Errors);
    }

    [Fact]
    public void Read_ShippedTrace_IsADay()
    {
        var day = LoadTrace.Read(Path.Combine(AppContext.BaseDirectory, "loads", "day.csv"), 1440);
        Assert.InRange(day.PeakWithin(TimeSpan.FromMinutes(1)), 30, 70);
        Assert.Equal(day.At(TimeSpan.FromSeconds(1)), day.At(TimeSpan.FromSeconds(61)));
    }

    private static LoadTrace Parse(string csv, double speedUp = 1)
    {
        using var reader = new StringReader(csv);
        return LoadTrace.Parse("x.csv", reader, speedUp);
    }
}
