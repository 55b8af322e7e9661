using System.Globalization;

namespace AutoScaling.Simulation.Tests.Reports;

public sealed class CsvReportTests
{
    [Fact]
    public void ToCsv_TwoTraces_HasARowForEachBacktestWithNumbersInFull()
    {
        var comparison = SampleRuns.Compare([Candidate.StaticMean, Candidate.Hpa(70)], SampleRuns.Days("one", 1), SampleRuns.Days("two", 2));
        var rows = Rows(new BacktestReport(comparison).ToCsv());

        Assert.Equal(["trace,candidate,kind,j"], [string.Join(',', rows[0].Take(4))]);
        Assert.Equal(
            ["one,static mean,staticMean", "one,HPA 70%,policy", "two,static mean,staticMean", "two,HPA 70%,policy"],
            rows.Skip(1).Select(r => string.Join(',', r.Take(3))));
        Assert.All(rows, r => Assert.Equal(rows[0].Count, r.Count));
        for (var i = 0; i < comparison.Runs.Length; i++)
        {
            var (scores, row) = (comparison.Runs[i].Scores, rows[i + 1]);
            double Value(string key) => double.Parse(row[rows[0].IndexOf(key)], CultureInfo.InvariantCulture);
            Assert.Equal(scores.J, Value("j"));
            Assert.Equal(scores.UnderProvisioning, Value("underProvisioningPercent"));
            Assert.Equal(scores.PaidReplicaHours, Value("paidReplicaHours"));
            Assert.Equal(scores.LatencyP99.TotalSeconds, Value("latencyP99Seconds"));
            Assert.Equal(scores.ScaleUps + scores.ScaleDowns, Value("scalings"));
            Assert.Equal(scores.ElasticSpeedup(comparison.Runs[i / 2 * 2].Scores), Value("elasticSpeedup"));
        }
    }

    [Fact]
    public void ToCsv_NamesWithQuotesCommasAndLineEnds_AreQuoted()
    {
        const string Name = "a, \"b\"\r\nc";
        var csv = new BacktestReport(SampleRuns.Compare([Candidate.Of(new() { Target = "x" }, Name)], SampleRuns.Workload("t,1", [5, 5]))).ToCsv();

        Assert.Contains("\r\n\"t,1\",\"a, \"\"b\"\"\r\nc\",policy,", csv, StringComparison.Ordinal);
        Assert.Equal(["t,1", Name, "policy"], Rows(csv)[1].Take(3));
    }

    // A reader of RFC 4180, as strangers have one.
    private static List<List<string>> Rows(string csv)
    {
        List<List<string>> rows = [[]];
        var (field, quoted) = ("", false);
        for (var i = 0; i < csv.Length; i++)
        {
            if (quoted && csv[i] == '"' && i + 1 < csv.Length && csv[i + 1] == '"') field += csv[i++];
            else if (csv[i] == '"') quoted = !quoted;
            else if (quoted || (csv[i] is not ',' and not '\r')) field += csv[i];
            else
            {
                rows[^1].Add(field);
                field = "";
                if (csv[i] != '\r') continue;
                Assert.Equal('\n', csv[++i]);
                rows.Add([]);
            }
        }

        Assert.Empty(rows[^1]);
        return rows[..^1];
    }
}
