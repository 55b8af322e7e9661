namespace AutoScaling.Simulation.Tests.Loads;

public sealed class CsvLoadTests
{
    [Theory]
    [InlineData("", "Load trace 'x' is empty; its first line must be a header such as 'time_s,load'.")]
    [InlineData("\n \n", "Load trace 'x' is empty; its first line must be a header such as 'time_s,load'.")]
    [InlineData("0,1\n60,2", "Load trace 'x', line 1: must be a header such as 'time_s,load', but is '0,1'.")]
    [InlineData("time_s,load\n", "Load trace 'x' has no row after its header.")]
    [InlineData("time_s,load\n0,1\n60", "Load trace 'x', line 3: must have two values, a time and a load, but is '60'.")]
    [InlineData("time_s,load\n60\n", "Load trace 'x', line 2: must have two values, a time and a load, but is '60'.")]
    [InlineData("time_s,load\n0,1\n60,1e999", "Load trace 'x', line 3: load must be a number, but is '1e999'.")]
    [InlineData("time_s,load\n0,1\nnoon,1\n90,1", "Load trace 'x', line 3: time must be a date, or a number of seconds, but is 'noon'.")]
    [InlineData("time_s,load\n0,1\n,1\n90,1", "Load trace 'x', line 3: time must be a date, or a number of seconds, but is '' beside '1'.")]
    [InlineData("time_s,load\n0,1\n\n60,-2", "Load trace 'x', line 4: load must be at least 0, but is -2.")]
    [InlineData("time_s,load\n0,1\n60,2\n60,3", "Load trace 'x', line 4: the time is that of line 3 again, but with another value (3 and 2): leave one of them out, choose one series, or, if clocks were set back there, name the zone of the times.")]
    [InlineData("time_s,load\n0,1\n60,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n90,1", "Load trace 'x', line 3: load must be a number, but is 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'.")]
    [InlineData("Time,web,api\n2026-03-02 12:00:00,1,2", "Load trace 'x' holds several columns: 'web', 'api'. Say which is the load (Column; --column NAME).")]
    [InlineData("time,service,value\n0,web,1\n0,api,2\n60,web,1", "Load trace 'x' holds several series: 'web', 'api'. Say which is the load (Column; --column NAME).")]
    [InlineData("time,load\n3/2/2026 12:00,1", "Load trace 'x', line 2: time may be of two days, as day or month may come first, but is '3/2/2026 12:00': write it as 2026-03-02 or 2026-02-03.")]
    [InlineData("Time,rps\n2026-03-02 12:00,NaN\n2026-03-02 12:01,", "Load trace 'x' has no value: all of its 2 samples are gaps.")]
    [InlineData("<html><body>Log in</body></html>\n<p>x</p>", "Load trace 'x', line 2: must have two values, a time and a load, but is '<p>x</p>'.")]
    public void ParseCsv_Broken_NamesTheLine(string csv, string sentence)
    {
        var error = Assert.Throws<ScalingException>(() => Parse(csv));
        Assert.Equal([sentence], error.Errors);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
    }

    // 1772452800 is Monday 2026-03-02 12:00:00 UTC: each is 120.5 from then on, and 130 a minute later.
    [Theory]
    [InlineData("time_s,load\n1772452800,120.5\n1772452860,130\n")]
    [InlineData("\uFEFFtime_s, load\r\n1772452800, 120.5\r\n1772452860, 130\r\n")]
    [InlineData("\"time_s\",\"load\"\n\"1772452800\",\"120.5\"\n\"1772452860\",\"130\"")]
    [InlineData("time_ms,load\n1772452800000,120.5\n1772452860000,130")]
    [InlineData("timestamp,load\n1772452800000000000,120.5\n1772452860000000000,130")]
    [InlineData("timestamp,load\n1.7724528e9,120.5\n1772452860.0,130")]
    [InlineData("1772452800,120.5\n1772452860,130")]
    [InlineData("\"Time\",\"requests/s\"\n2026-03-02 12:00:00,120.5\n2026-03-02 12:01:00,130")]
    [InlineData("Time,Value\n2026-03-02T12:00:00Z,120.5\n2026-03-02T12:01:00.000Z,130")]
    [InlineData("Time,Value\n2026-03-02T13:00:00+01:00,120.5\n2026-03-02T04:01:00-0800,130")]
    [InlineData("Time,Value\n2026-03-02 12:00:00.123 +0000 UTC,120.5\n2026-03-02 12:01:00.123456789 +0000 UTC,130")]
    [InlineData("sep=;\nTime;Value\n2026-03-02 12:00:00;120,5\n2026-03-02 12:01:00;130,0")]
    [InlineData("Zeit;Anfragen\n02.03.2026 12:00:00;120,5\n02.03.2026 12:01:00;130")]
    [InlineData("Time\tValue\n2026/03/02 12:00\t120.5\n2026/03/02 12:01\t130")]
    [InlineData("Time|Value\n2026-03-02 12:00|120.5 req/s\n2026-03-02 12:01|130 req/s")]
    [InlineData("Time,Value\n2026-03-02 12:00,0.1205 K req/s\n2026-03-02 12:01,0.13 Kreq/s")]
    [InlineData("Date,Requests\n03/02/2026 12:00 PM,120.5\n03/02/2026 12:01:00 PM,130\n03/13/2026 1:00 AM,")]
    [InlineData("Date,Requests\n\"Mar 2, 2026, 12:00 PM\",120.5\n\"Mar 2, 2026, 12:01 PM\",130")]
    [InlineData("Date,Requests\n\"Mon, 02 Mar 2026 12:00:00 GMT\",120.5\n\"Mon, 02 Mar 2026 12:01:00 GMT\",130")]
    [InlineData("Date,Requests\nMon Mar 02 2026 13:00:00 GMT+0100 (CET),120.5\nMon Mar 02 2026 13:01:00 GMT+0100 (CET),130")]
    [InlineData("Full label,Requests\nStart,2026-03-02T12:00:00\n2026/03/02 12:00:00,120.5\n2026/03/02 12:01:00,130")]
    [InlineData("Report of requests\nMade on 2026-03-05\n\n\"Time\",\"A name\nof two lines\"\n2026-03-02 12:00:00,120.5\n2026-03-02 12:01:00,130")]
    [InlineData("# made by a script\ntime,load\n2026-03-02 12:01:00,130\n2026-03-02 12:00:00,120.5\n2026-03-02 12:00:00,120.5")]
    [InlineData("time,load\n2026-03-02 12:00:00,120.5\ntime,load\n2026-03-02 12:01:00,130")]
    [InlineData("time,load,unit\n2026-03-02 12:00:00,120.5,rps\n2026-03-02 12:01:00,130,rps")]
    [InlineData("time,epoch_time,load\n2026-03-02 12:00:00,1772452800,120.5\n2026-03-02 12:01:00,1772452860,130")]
    public void ParseCsv_AsPeopleHaveThem_IsTheSameLoad(string csv)
    {
        var trace = Parse(csv);
        Assert.Equal([120.5, 130], trace.Points.Select(p => p.Load));
        Assert.Equal(TimeSpan.FromMinutes(1), new(trace.Points[1].At.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond));
        Assert.Equal(1_772_452_800, trace.Start.ToUnixTimeSeconds());
        Assert.True(trace.IsDated);
    }

    [Theory]
    [InlineData(',', "\"1,234\"", 1234)]
    [InlineData(',', "\"1,234,567.5\"", 1_234_567.5)]
    [InlineData(',', "\"120,5\"", 120.5)]
    [InlineData(';', "1.234,5", 1234.5)]
    [InlineData(';', "1.234.567", 1_234_567)]
    [InlineData(';', "1 234,5", 1234.5)]
    [InlineData(';', "1\u00A0234", 1234)]
    [InlineData(';', "1'234.5", 1234.5)]
    [InlineData(';', "120,500", 120.5)]
    [InlineData(',', "1.2 K", 1200)]
    [InlineData(',', "1.2k", 1200)]
    [InlineData(',', "3 Mil", 3_000_000)]
    [InlineData(',', "12.3 req/s", 12.3)]
    [InlineData(',', "45%", 45)]
    [InlineData(',', "7e-3", 0.007)]
    public void ParseCsv_NumberAsPeopleWriteIt_IsThatNumber(char separator, string number, double expected) =>
        Assert.Equal(expected, Assert.Single(Parse($"time{separator}load\n2026-03-02 12:00:00{separator}{number}").Points).Load, 9);

    [Theory]
    [InlineData("NaN")]
    [InlineData("+Inf")]
    [InlineData("-Inf")]
    [InlineData("null")]
    [InlineData("undefined")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("N/A")]
    public void ParseCsv_NoValue_IsAGapAndNotTheEnd(string cell)
    {
        var csv = $"time,load\n0,4\n60,{cell}\n120,6\n";
        Assert.Equal([new(TimeSpan.Zero, 4), new(TimeSpan.FromMinutes(2), 6)], Parse(csv).Points);
        Assert.Equal([new(TimeSpan.Zero, 4), new(TimeSpan.FromMinutes(1), 0), new(TimeSpan.FromMinutes(2), 6)], Parse(csv, new() { Fill = LoadFill.Zero }).Points);
        Assert.Equal(
            "Load trace 'x', line 3: a sample is missing at 0001-01-01 00:01:00Z: fill gaps with the last value or with 0.",
            Assert.Throws<ScalingException>(() => Parse(csv, new() { Fill = LoadFill.Fail })).Message);
        var first = Parse($"time,load\n2026-03-02 12:00,{cell}\n2026-03-02 12:01,6");
        Assert.Equal((6, new DateTimeOffset(2026, 3, 2, 12, 1, 0, TimeSpan.Zero)), (first.Points[0].Load, first.Start));
    }

    [Fact]
    public void ParseCsv_MissingRows_AreFilledAsTold()
    {
        const string Csv = "time,load\n0,4\n60,5\n120,6\n600,7\n660,8";
        Assert.Equal(5, Parse(Csv).Points.Length);
        var zeros = Parse(Csv, new() { Fill = LoadFill.Zero }).Points;
        Assert.Equal([new(TimeSpan.FromSeconds(120), 6), new(TimeSpan.FromSeconds(180), 0), new(TimeSpan.FromSeconds(600), 7)], zeros[2..5]);
        Assert.StartsWith("Load trace 'x', line 5: a sample is missing at ", Assert.Throws<ScalingException>(() => Parse(Csv, new() { Fill = LoadFill.Fail })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("API", 2)]
    [InlineData("web", 1)]
    public void ParseCsv_SeveralColumnsOrSeries_TakesTheNamedOne(string column, double load)
    {
        Assert.Equal([new(TimeSpan.Zero, load), new(TimeSpan.FromMinutes(1), load + 2)], Parse("Time,web,api\n2026-03-02 12:00,1,2\n2026-03-02 12:01,3,4", new() { Column = column }).Points);
        Assert.Equal([new(TimeSpan.Zero, load), new(TimeSpan.FromMinutes(1), load + 2)], Parse("Series;Time;Value\nweb;2026-03-02 12:00;1\nweb;2026-03-02 12:01;3\napi;2026-03-02 12:00;2\napi;2026-03-02 12:01;4", new() { Column = column }).Points);
        Assert.Equal(
            "Load trace 'x' has no column 'db': it has 'web', 'api'.",
            Assert.Throws<ScalingException>(() => Parse("Time,web,api\n2026-03-02 12:00,1,2", new() { Column = "db" })).Message);
    }

    [Fact]
    public void ParseCsv_TimesOfAZone_CountTheHoursThatClocksWereSetBy()
    {
        // 2026-10-25 in Berlin: 02:00 to 03:00 comes twice; 2026-03-29: it does not come.
        var back = Parse("time,load\n2026-10-25 01:30,1\n2026-10-25 02:00,2\n2026-10-25 02:30,3\n2026-10-25 02:00,4\n2026-10-25 02:30,5\n2026-10-25 03:00,6", new() { TimeZone = "Europe/Berlin" });
        Assert.Equal(new(2026, 10, 24, 23, 30, 0, TimeSpan.Zero), back.Start);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => new LoadPoint(TimeSpan.FromMinutes(30 * i), i + 1)), back.Points);
        var forward = Parse("time,load\n2026-03-29 01:30,1\n2026-03-29 03:00,2", new() { TimeZone = "Europe/Berlin" });
        Assert.Equal(TimeSpan.FromMinutes(30), forward.Points[1].At);
        Assert.Equal("TimeZone must be the name of a time zone, such as Europe/Berlin, but is 'Mars'.", Assert.Throws<ScalingException>(() => new LoadOptions { TimeZone = "Mars" }).Message);
    }

    [Fact]
    public void ParseCsv_SecondsFromAnyTime_HaveNoDateUnlessOneIsGiven()
    {
        var trace = Parse("TIME_S,Load\r\n7.1, 1.5\r\n\r\n67.3,0\r\n68.3,2e3\r\n");
        Assert.Equal([new(TimeSpan.Zero, 1.5), new(TimeSpan.FromSeconds(60.2), 0), new(TimeSpan.FromSeconds(61.2), 2000)], trace.Points);
        Assert.Equal(("x", false, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero)), (trace.Name, trace.IsDated, trace.Start));
        var dated = Parse("time_s,load\n0,1", new() { Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero) });
        Assert.Equal((true, new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero)), (dated.IsDated, dated.Start));
    }

    [Fact]
    public void ReadCsv_File_IsNamedAfterItAndStartsWhenSaid()
    {
        using var file = new TemporaryFile("day.csv", "\uFEFFtime_s,load\n0,1\n60,2\n");
        var start = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
        var trace = LoadTrace.ReadCsv(file.Path, new() { Start = start });

        Assert.Equal(("day", start, 2), (trace.Name, trace.Start, trace.Points.Length));
    }

    [Fact]
    public void ReadCsv_BrokenFile_NamesItsPath()
    {
        using var file = new TemporaryFile("day.csv", "time_s,load\n0,1\n60,2\n120,x\n");
        Assert.Equal($"Load trace '{file.Path}', line 4: load must be a number, but is 'x'.", Assert.Throws<ScalingException>(() => LoadTrace.ReadCsv(file.Path)).Message);
    }

    private static LoadTrace Parse(string csv, LoadOptions? options = null)
    {
        using var reader = new StringReader(csv);
        return LoadTrace.ParseCsv(reader, "x", options);
    }
}
