namespace AutoScaling.Simulation.Tests.Loads;

public sealed class CsvLoadTests
{
    [Theory]
    [InlineData("", "Load trace 'x' is empty; its first line must be the header 'time_s,load'.")]
    [InlineData("time,load\n0,1", "Load trace 'x', line 1: must be the header 'time_s,load', but is 'time,load'.")]
    [InlineData("0,1\n60,2", "Load trace 'x', line 1: must be the header 'time_s,load', but is '0,1'.")]
    [InlineData("\ntime_s,load\n0,1", "Load trace 'x', line 1: must be the header 'time_s,load', but is ''.")]
    [InlineData("time_s,load\n", "Load trace 'x' has no row after its header.")]
    [InlineData("time_s,load\n0,1\n60", "Load trace 'x', line 3: must have two values, a time in seconds and a load, but is '60'.")]
    [InlineData("time_s,load\n0,1,2", "Load trace 'x', line 2: must have two values, a time in seconds and a load, but is '0,1,2'.")]
    [InlineData("time_s,load\n0,NaN", "Load trace 'x', line 2: load must be a number, but is 'NaN'.")]
    [InlineData("time_s,load\n0,1e999", "Load trace 'x', line 2: load must be a number, but is '1e999'.")]
    [InlineData("time_s,load\n0,", "Load trace 'x', line 2: load must be a number, but is ''.")]
    [InlineData("time_s,load\nnoon,1", "Load trace 'x', line 2: time_s must be a number of seconds, but is 'noon'.")]
    [InlineData("time_s,load\nNaN,1", "Load trace 'x', line 2: time_s must be a number of seconds, but is 'NaN'.")]
    [InlineData("time_s,load\n1700000000000,1", "Load trace 'x', line 2: time_s must be a number of seconds, but is '1700000000000'.")]
    [InlineData("time_s,load\n0,1\n\n60,-2", "Load trace 'x', line 4: load must be at least 0, but is -2.")]
    [InlineData("time_s,load\n0,1\n60,2\n60,3", "Load trace 'x', line 4: time_s must be more than the one before (60), but is 60.")]
    [InlineData("time_s,load\n60,1\n0,2", "Load trace 'x', line 3: time_s must be more than the one before (60), but is 0.")]
    [InlineData("time_s,load\n0,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "Load trace 'x', line 2: load must be a number, but is 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'.")]
    public void ParseCsv_Broken_NamesTheLine(string csv, string sentence)
    {
        var error = Assert.Throws<ScalingException>(() => Parse(csv));
        Assert.Equal([sentence], error.Errors);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
    }

    [Fact]
    public void ParseCsv_Rows_AreSecondsFromTheFirst()
    {
        var trace = Parse("TIME_S,Load\r\n1700000000.1, 1.5\r\n\r\n1700000060.3,0\r\n1700000061.3,2e3\r\n");

        Assert.Equal([new(TimeSpan.Zero, 1.5), new(TimeSpan.FromSeconds(60.2), 0), new(TimeSpan.FromSeconds(61.2), 2000)], trace.Points);
        Assert.Equal("x", trace.Name);
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), trace.Start);
    }

    [Fact]
    public void ReadCsv_File_IsNamedAfterItAndStartsWhenSaid()
    {
        using var file = new TemporaryFile("day.csv", "\uFEFFtime_s,load\n0,1\n60,2\n");
        var start = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
        var trace = LoadTrace.ReadCsv(file.Path, start);

        Assert.Equal(("day", start, 2), (trace.Name, trace.Start, trace.Points.Length));
    }

    [Fact]
    public void ReadCsv_BrokenFile_NamesItsPath()
    {
        using var file = new TemporaryFile("day.csv", "time_s,load\n0,x\n");
        Assert.Equal($"Load trace '{file.Path}', line 2: load must be a number, but is 'x'.", Assert.Throws<ScalingException>(() => LoadTrace.ReadCsv(file.Path)).Message);
    }

    private static LoadTrace Parse(string csv)
    {
        using var reader = new StringReader(csv);
        return LoadTrace.ParseCsv(reader, "x");
    }
}
