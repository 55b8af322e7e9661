namespace AutoScaling.Simulation.Tests.Loads;

public sealed class CloudWatchLoadTests
{
    [Theory]
    [InlineData(null, """{"Label":"Requests","Datapoints":[{"Timestamp":"2026-03-02T12:05:00Z","Sum":2.0,"Unit":"Count"},{"Timestamp":"2026-03-02T12:00:00+00:00","Sum":1.0,"Unit":"Count"}]}""")]
    [InlineData("sum", """{"Datapoints":[{"Timestamp":"2026-03-02T12:00:00Z","Sum":1.0,"Average":9},{"Timestamp":"2026-03-02T12:05:00Z","Sum":2.0,"Average":9}],"Label":"Requests"}""")]
    [InlineData("p99", """{"Datapoints":[{"Timestamp":"2026-03-02T12:00:00Z","ExtendedStatistics":{"p99":1}},{"Timestamp":"2026-03-02T12:05:00Z","ExtendedStatistics":{"p99":2}}]}""")]
    [InlineData(null, """{"MetricDataResults":[{"Id":"m1","Label":"Requests","Timestamps":["2026-03-02T12:05:00+00:00","2026-03-02T12:00:00+00:00"],"Values":[2.0,1.0]}]}""")]
    [InlineData("m2", """{"MetricDataResults":[{"Id":"m1","Timestamps":[],"Values":[]},{"Id":"m2","Timestamps":[1772453100,1772452800.0],"Values":[2,1]}]}""")]
    [InlineData("service:web", """{"status":"ok","series":[{"scope":"service:api","pointlist":[]},{"scope":"service:web","pointlist":[[1772452800000.0,1.0],[1772452900000.0,null],[1772453100000.0,2]]}]}""")]
    public void Read_CloudWatchOrDatadog_IsTheLoadInTheOrderOfTime(string? column, string json)
    {
        using var file = new TemporaryFile("requests.json", json);
        var trace = LoadTrace.Read(file.Path, options: new() { Column = column });
        Assert.Equal([new(TimeSpan.Zero, 1), new(TimeSpan.FromMinutes(5), 2)], trace.Points);
        Assert.Equal((new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero), true), (trace.Start, trace.IsDated));
    }

    [Theory]
    [InlineData("""{"Label":"Requests","Datapoints":[]}""", ": it must hold samples, but holds none: look whether name, dimensions and times of the query are right.")]
    [InlineData("""{"Label":"Requests"}""", ": it must hold Datapoints or MetricDataResults of CloudWatch, or series of Datadog, but holds none of them.")]
    [InlineData("""{"Datapoints":[{"Timestamp":"2026-03-02T12:00:00Z","Sum":1.0,"Average":9}]}""", " holds several series: 'Sum', 'Average'. Say which is the load (Column; --column NAME).")]
    [InlineData("""{"Datapoints":[{"Timestamp":"noon","Sum":1.0}]}""", ": sample 1 must have a time, but has 'noon'.")]
    [InlineData("""{"Datapoints":[{"Timestamp":"2026-03-02T12:00:00Z","Sum":-1.5}]}""", ": sample 1 must have a value of at least 0, but has '-1.5'.")]
    [InlineData("{\"Datapoints\":\n[{", ", line 2: it must be JSON, and ends or breaks here.")]
    public void Read_Broken_IsToldInASentence(string json, string sentence)
    {
        using var file = new TemporaryFile("requests.json", json);
        Assert.Equal([$"Load trace '{file.Path}'{sentence}"], Assert.Throws<ScalingException>(() => LoadTrace.Read(file.Path)).Errors);
    }
}
