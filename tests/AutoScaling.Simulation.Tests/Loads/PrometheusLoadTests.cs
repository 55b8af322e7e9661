namespace AutoScaling.Simulation.Tests.Loads;

public sealed class PrometheusLoadTests
{
    private const string Answer = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"job":"web"},"values":[[1700000000.5,"12.5"],[1700000015.5,"0"],[1700000090.5,"7e1"]]}]}}""";

    [Theory]
    [InlineData(Answer)]
    [InlineData("""
        {
          "data": { "result": [ { "values": [ [1700000000.5, "12.5"], [1700000015.5, "0"], [1700000090.5, "7e1"] ], "metric": {} } ], "resultType": "matrix" },
          "warnings": [ "something" ],
          "status": "success"
        }
        """)]
    [InlineData("\uFEFF" + Answer + "\n")]
    public void ReadPrometheus_OneSeries_IsTheLoadFromItsFirstSample(string answer)
    {
        using var file = new TemporaryFile("rate.json", answer);
        var trace = LoadTrace.ReadPrometheus(file.Path);

        Assert.Equal("rate", trace.Name);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500), trace.Start);
        Assert.Equal([new(TimeSpan.Zero, 12.5), new(TimeSpan.FromSeconds(15), 0), new(TimeSpan.FromSeconds(90), 70)], trace.Points);
    }

    [Theory]
    [InlineData("", " is empty; it must be the answer of a Prometheus range query.")]
    [InlineData("[]", ", line 1: the result must hold 1 series, but is empty: the query found nothing in that time.")]
    [InlineData("7", ", line 1: it must be the answer of a Prometheus range query, a block with status and data.")]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\""}""", """, line 1: Prometheus answered with an error: bad_data: invalid parameter "query".""")]
    [InlineData("""{"status":"error"}""", ", line 1: Prometheus answered with an error: it says no more.")]
    [InlineData("""{"data":{}}""", ", line 1: status must be 'success', but is not there.")]
    [InlineData("""{"status":5}""", ", line 1: status must be 'success', but is not there.")]
    [InlineData("""{"status":"success","data":[]}""", ", line 1: resultType must be 'matrix', as a range query has it (/api/v1/query_range), but is not there.")]
    [InlineData("{\"status\":\"success\",\n\"data\":{\n\"resultType\":\"vector\",\"result\":[]}}", ", line 3: resultType must be 'matrix', as a range query has it (/api/v1/query_range), but is 'vector'.")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix"}}""", ", line 1: data must have a result, but has none.")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[]}}""", ", line 1: the result must hold 1 series, but is empty: the query found nothing in that time.")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"1"]]},{"values":[[1,"1"]]},{}]}}""", ", line 1: the result must hold 1 series, but holds 3: put sum(...) around the query, or choose one series by the value of a label (Column; --column VALUE).")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[[1,{}]]}]}}""", ", line 1: the series must have values, but has none.")]
    public void ReadPrometheus_Broken_IsToldInASentence(string answer, string sentence) => AssertWrong(answer, sentence);

    [Theory]
    [InlineData("{\"status\":\"success\",\n\"data\":", 2)]
    [InlineData("{\"status\":\"success\"}\n\n x", 3)]
    [InlineData("{\"status\":\"\\ud800\"}", 1)]
    public void ReadPrometheus_NoJson_NamesTheLine(string answer, int line)
    {
        using var file = new TemporaryFile("rate.json", answer);
        var error = Assert.Throws<ScalingException>(() => LoadTrace.ReadPrometheus(file.Path));
        Assert.StartsWith($"Load trace '{file.Path}', line {line}: it must be JSON: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[1,"-3"]""", """sample 1 must be a time of at least 0 seconds and a number of at least 0, but is [1,"-3"].""")]
    [InlineData("""[1,"x"]""", """sample 1 must be a time of at least 0 seconds and a number of at least 0, but is [1,"x"].""")]
    [InlineData("""[1,"3","4"]""", """sample 1 must be a time of at least 0 seconds and a number of at least 0, but is [1,"3","4"].""")]
    [InlineData("""["1","3"]""", """sample 1 must be a time of at least 0 seconds and a number of at least 0, but is ["1","3"].""")]
    [InlineData("""[-1,"3"]""", """sample 1 must be a time of at least 0 seconds and a number of at least 0, but is [-1,"3"].""")]
    [InlineData("""[1]""", """sample 1 must be a time of at least 0 seconds and a number of at least 0, but is [1].""")]
    [InlineData("""[1,"1"],[1,"2"]""", "the time is that of line 3 again, but with another value (2 and 1): leave one of them out, choose one series, or, if clocks were set back there, name the zone of the times.")]
    public void ReadPrometheus_BrokenSample_NamesLineAndSample(string samples, string sentence) => AssertWrong(
        $$$"""
        {"status":"success",
        "data":{"resultType":"matrix","result":[
        {"values":[{{{samples}}}]}]}}
        """,
        $", line 3: {sentence}");

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("\"+Inf\"")]
    [InlineData("\"-Inf\"")]
    [InlineData("null")]
    public void ReadPrometheus_NoNumber_IsAGapAndNotTheEnd(string value)
    {
        using var file = new TemporaryFile("rate.json", Matrix($"[1772452800,\"120.5\"],[1772452815,{value}],[1772452830,130]"));
        Assert.Equal([new(TimeSpan.Zero, 120.5), new(TimeSpan.FromSeconds(30), 130)], LoadTrace.ReadPrometheus(file.Path).Points);
        Assert.Equal([120.5, 0, 130], LoadTrace.ReadPrometheus(file.Path, new() { Fill = LoadFill.Zero }).Points.Select(p => p.Load));
        Assert.Equal(
            $"Load trace '{file.Path}', line 1: a sample is missing at 2026-03-02 12:00:15Z: fill gaps with the last value or with 0.",
            Assert.Throws<ScalingException>(() => LoadTrace.ReadPrometheus(file.Path, new() { Fill = LoadFill.Fail })).Message);
    }

    [Fact]
    public void ReadPrometheus_SeveralSeries_TakesTheOneWithTheLabel()
    {
        const string Two = """{"metric":{"job":"web","path":"/a"},"values":[[1,"1"]]},{"values":[[1,"2"]],"metric":{"job":"api"}}""";
        using var file = new TemporaryFile("rate.json", $$$"""{"status":"success","data":{"resultType":"matrix","result":[{{{Two}}}]}}""");
        Assert.Equal(2, LoadTrace.ReadPrometheus(file.Path, new() { Column = "api" }).Points[0].Load);
        Assert.Equal(1, LoadTrace.ReadPrometheus(file.Path, new() { Column = "/a" }).Points[0].Load);
        Assert.Equal($"Load trace '{file.Path}', line 1: none of the 2 series has a label with the value 'db'.", Assert.Throws<ScalingException>(() => LoadTrace.ReadPrometheus(file.Path, new() { Column = "db" })).Message);
    }

    private static string Matrix(string samples) => $$$"""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[{{{samples}}}]}]}}""";

    private static void AssertWrong(string answer, string sentence)
    {
        using var file = new TemporaryFile("rate.json", answer);
        var error = Assert.Throws<ScalingException>(() => LoadTrace.ReadPrometheus(file.Path));
        Assert.Equal($"Load trace '{file.Path}'{sentence}", error.Message);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
    }
}
