namespace AutoScaling.Simulation.Tests.Loads;

public sealed class LoadFileTests
{
    [Theory]
    [InlineData("time_s,load\n0,4\n")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"target":"x","at":"y"},"values":[[1,"4"]]}]}}""")]
    [InlineData("""{"resultType":"matrix","result":[{"metric":{},"values":[[1,"4"]]}]}""")]
    [InlineData("""[{"metric":{"job":"web"},"values":[[1,"4"]]}]""")]
    [InlineData("""{"Label":"Requests","Datapoints":[{"Timestamp":"2026-03-02T12:00:00Z","Sum":4.0,"Unit":"Count"}]}""")]
    [InlineData("""{"Messages":[],"MetricDataResults":[{"Id":"m1","Label":"Requests","Timestamps":["2026-03-02T12:00:00+00:00"],"Values":[4.0],"StatusCode":"Complete"}]}""")]
    [InlineData("""{"status":"ok","series":[{"scope":"service:web","pointlist":[[1772452800000.0,4.0]]}]}""")]
    [InlineData(" {\"isPartial\":false, \"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1,\"4\"]]}]},\"status\":\"success\"}")]
    public void Read_AnyFile_IsReadByItsContent(string content)
    {
        using var file = new TemporaryFile("load.txt", content);
        Assert.Equal([new(TimeSpan.Zero, 4)], LoadTrace.Read(file.Path).Points);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{ \"policies\": [] }")]
    [InlineData("{ nonsense")]
    public void Read_OtherJson_SaysWhatIsUnderstood(string content)
    {
        using var file = new TemporaryFile("load.json", content);
        AssertWrong(
            $"Load trace '{file.Path}' must be CSV with a header such as 'time_s,load', the answer of a Prometheus range query, JSON of CloudWatch or Datadog, or a decision log, but is other JSON.",
            () => LoadTrace.Read(file.Path));
    }

    [Fact]
    public void Read_NoFile_IsToldInASentence()
    {
        AssertWrong("Load trace 'missing.csv' does not exist.", () => LoadTrace.Read("missing.csv"));
        AssertWrong("Load trace 'missing.csv' does not exist.", () => LoadTrace.ReadCsv("missing.csv"));
        AssertWrong("Load trace 'missing.json' does not exist.", () => LoadTrace.ReadPrometheus("missing.json"));
        AssertWrong("Load trace 'missing.jsonl' does not exist.", () => LoadTrace.ReadDecisionLog("missing.jsonl"));
        AssertWrong($"Load trace '{AppContext.BaseDirectory}' is a folder, not a file.", () => LoadTrace.Read(AppContext.BaseDirectory));
    }

    private static void AssertWrong(string sentence, Func<object> act) => Assert.Equal([sentence], Assert.Throws<ScalingException>(act).Errors);
}
