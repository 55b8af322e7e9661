using System.IO.Compression;
using System.Text.Json;

namespace AutoScaling.Simulation.Tests.Reports;

public sealed class PlotDataTests
{
    [Fact]
    public void Of_HandMadeShortage_IsShadedWhereReadyIsBelowDemand()
    {
        // Demand 1 1 3 5 5 2 2 4, ready 1 2 2 2 4 4 2 3.
        var workload = SampleRuns.Workload("t", [8, 8, 24, 40, 40, 16, 16, 32]);
        var run = SampleRuns.Of(Candidate.StaticMean, workload, [1, 2, 2, 2, 4, 4, 2, 3]);

        Assert.Equal([new(2, 3, 3), new(7, 1, 1)], Shortage.Of(run));
        using var data = Open(PlotData.Of(run, 1));
        var shortages = data.RootElement.GetProperty("shortages");
        Assert.Equal([2, 7], Numbers(shortages, "from"));
        Assert.Equal([3, 1], Numbers(shortages, "length"));
        Assert.Equal([3, 1], Numbers(shortages, "missing"));
        Assert.Equal([1, 2, 2, 2, 4, 4, 2, 3], Steps(data.RootElement.GetProperty("ready")));
        using var trace = Open(PlotData.Of(workload));
        Assert.Equal([1, 1, 3, 5, 5, 2, 2, 4], Steps(trace.RootElement.GetProperty("demand")));
        Assert.Equal([8, 8, 24, 40, 40, 16, 16, 32], Steps(trace.RootElement.GetProperty("load")));
    }

    [Fact]
    public void Of_NoReplicaReady_LeavesAGapInsteadOfZero()
    {
        var run = SampleRuns.Of(Candidate.StaticMean, SampleRuns.Workload("t", [4, 4, 0, 8]), [1, 0, 1, 1]);
        using var data = Open(PlotData.Of(run, 1));

        Assert.Equal([400, null, 0, 800], Nullable(data.RootElement.GetProperty("utilization"), "low"));
        Assert.False(data.RootElement.GetProperty("utilization").TryGetProperty("high", out _));
    }

    [Fact]
    public void Of_SeveralStepsTogether_KeepsTheLowestAndTheHighest()
    {
        var run = SampleRuns.Of(Candidate.StaticMean, SampleRuns.Workload("t", [4, 4, 2, 8, 4, 4, 4]), [1, 0, 1, 1, 0, 0, 1]);
        using var data = Open(PlotData.Of(run, 2));
        var utilization = data.RootElement.GetProperty("utilization");

        Assert.Equal(2, utilization.GetProperty("stride").GetInt32());
        Assert.Equal([400, 200, null, 400], Nullable(utilization, "low"));
        Assert.Equal([400, 800, null, 400], Nullable(utilization, "high"));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    [InlineData(24, 3)]
    public void Stride_LongRuns_BoundsTheSizeOfTheFile(int runs, int stride)
    {
        var run = SampleRuns.Of(Candidate.StaticMean, SampleRuns.Workload("t", [1, 1]), [1, 1]);
        var longRun = run with { Utilization = [.. Enumerable.Repeat(0.5f, 1_000_000)] };
        Assert.Equal(stride, PlotData.Stride(new() { Candidates = [], Workloads = [], Runs = [.. Enumerable.Repeat(longRun, runs)] }));
    }

    [Fact]
    public void Of_Compressed_HoldsNoTime() => Assert.Equal([0, 0, 0, 0], Convert.FromBase64String(PlotData.Of(SampleRuns.Workload("t", [1]))).Skip(4).Take(4));

    internal static JsonDocument Open(string data)
    {
        using var zip = new GZipStream(new MemoryStream(Convert.FromBase64String(data)), CompressionMode.Decompress);
        return JsonDocument.Parse(zip);
    }

    private static IEnumerable<int> Numbers(JsonElement rows, string column) => rows.GetProperty(column).EnumerateArray().Select(v => v.GetInt32());

    private static IEnumerable<int?> Nullable(JsonElement rows, string column) =>
        rows.GetProperty(column).EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? (int?)null : v.GetInt32());

    private static IEnumerable<double> Steps(JsonElement runs) => Numbers(runs, "length")
        .Zip(runs.GetProperty("value").EnumerateArray().Select(v => v.GetDouble()), (length, value) => Enumerable.Repeat(value, length)).SelectMany(v => v);
}
