using System.Text;
using System.Text.Json;
using CsCheck;

namespace AutoScaling.Prometheus.Tests.Client;

/// <summary>The reader of answers, beside a reader that makes a tree.</summary>
public sealed class AnswerReaderTests
{
    [Fact]
    public void Read_OfAnyVector_IsWhatItHolds()
    {
        var name = Gen.String[Gen.Char["abc-.\"\\/\u00e9\u4e2d"], 0, 8];
        var series = from values in Gen.Select(name, name, name) from number in Gen.Double from count in Gen.Int[0, 1] select (values, number, count);
        series.Array[0, 20].Sample(all =>
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new
            {
                status = "success",
                data = new
                {
                    resultType = "vector",
                    result = all.Select(s => new
                    {
                        metric = new Dictionary<string, string> { ["pod"] = s.values.Item3, ["service"] = s.values.Item2, ["namespace"] = s.values.Item1, ["x"] = "y" },
                        value = new object[] { 1700000000.5, double.IsNaN(s.number) ? "NaN" : double.IsPositiveInfinity(s.number) ? "+Inf" : double.IsNegativeInfinity(s.number) ? "-Inf" : $"{s.number:R}" },
                    }),
                },
            });
            var shape = new AnswerShape(TargetPattern.Parse("{namespace}/{service}", "TargetLabel"), "pod");
            var first = AnswerReader.Read(body, shape, null, default);
            var answer = AnswerReader.Read(body, shape, first, default);
            Assert.Equal(all.Length, answer.Series);
            Assert.Equal(all.Count(s => s.values.Item1 == "" || s.values.Item2 == ""), answer.Unlabelled);
            foreach (var group in all.Where(s => s.values.Item1 != "" && s.values.Item2 != "").GroupBy(s => $"{s.values.Item1}/{s.values.Item2}"))
            {
                var found = answer.Targets[group.Key];
                Assert.Equal(group.Count(), found.Count);
                Assert.Equal(group.Select(s => (s.values.Item3, s.number)), found.Replicas!.Select(r => (r.Name!, r.Value)));
            }

            // Names cost memory once.
            Assert.All(answer.Targets.Keys, key => Assert.Contains(first.Targets.Keys, other => ReferenceEquals(key, other)));
        }, iter: 2000);
    }

    [Fact]
    public void Read_OfAnyBeginning_IsRefused()
    {
        const string Whole = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"service":"web","x":"y"},"value":[1.5,"2"]}]},"warnings":["a"]}""";
        for (var length = 0; length < Whole.Length; length++)
            Assert.ThrowsAny<JsonException>(() => AnswerReader.Read(Encoding.UTF8.GetBytes(Whole[..length]), new(null, null), null, default));
        Assert.Equal(2, AnswerReader.Read(Encoding.UTF8.GetBytes(Whole), new(null, null), null, default).Targets[""].Value);
    }
}
