using System.Globalization;

namespace AutoScaling.Simulation.Tests.Loads;

public sealed class PrometheusQueryTests : IDisposable
{
    private const string Query = "sum(rate(http_requests_total[2m]))";

    private static readonly DateTimeOffset From = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-queries-").FullName;
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task QueryPrometheusAsync_AWeekAt15s_AsksInPartsWithoutOneSampleTwice()
    {
        using var server = new LoopbackServer(Samples);
        var progress = new Told();
        var trace = await AskAsync(server, From.AddDays(7), 15, new() { Progress = progress });

        // 40,320 intervals: none of the parts has more than 11,000, and each begins a step after the one before has ended.
        Assert.Equal(40_321, trace.Points.Length);
        Assert.Equal(TimeSpan.FromDays(7), trace.Points[^1].At);
        Assert.Equal((From, true, Query), (trace.Start, trace.IsDated, trace.Name));
        Assert.All(server.Asked, a => Assert.InRange((Seconds(a["end"]) - Seconds(a["start"])) / 15, 1, 11_000));
        Assert.Equal(server.Asked.Skip(1).Select(a => Seconds(a["start"])), server.Asked.SkipLast(1).Select(a => Seconds(a["end"]) + 15));
        Assert.All(server.Asked, a => Assert.Equal(("/prom/api/v1/query_range", Query, "15"), (a["path"], a["query"], a["step"])));
        Assert.Equal(Enumerable.Range(1, 5).Select(i => new LoadProgress(i, 5)), progress.All);
    }

    [Fact]
    public async Task QueryPrometheusAsync_TimesWithinASteps_AreThoseOfWholeSteps()
    {
        using var server = new LoopbackServer(Samples);
        var trace = await AskAsync(server, From.AddMinutes(10).AddSeconds(59), 60, from: From.AddSeconds(31));
        Assert.Equal((From, 11), (trace.Start, trace.Points.Length));
    }

    [Fact]
    public async Task QueryPrometheusAsync_Gaps_AreFilledAsTold()
    {
        // From 12:02 on, with NaN at 12:03, nothing at 12:05 and 12:06, and the last one at 12:08 of 12:10.
        using var server = new LoopbackServer(_ => (200, Matrix((2, "2"), (3, "NaN"), (4, "4"), (7, "7"), (8, "8"))));
        Task<LoadTrace> With(LoadFill fill) => AskAsync(server, From.AddMinutes(10), 60, new() { Reading = new() { Fill = fill } });

        var last = await With(LoadFill.Last);
        Assert.Equal((From.AddMinutes(2), "2 4 7 8"), (last.Start, string.Join(' ', last.Points.Select(p => p.Load))));
        var zero = await With(LoadFill.Zero);
        Assert.Equal((From, TimeSpan.FromMinutes(10)), (zero.Start, zero.Points[^1].At));
        Assert.Equal([(0, 0), (1, 0), (2, 2), (3, 0), (4, 4), (5, 0), (7, 7), (8, 8), (9, 0), (10, 0)], zero.Points.Select(p => ((int)p.At.TotalMinutes, (int)p.Load)));
        Assert.Equal(
            $"Load trace '{Query}': a sample is missing at 2026-03-02 12:00:00Z: fill gaps with the last value or with 0.",
            (await Assert.ThrowsAsync<ScalingException>(() => With(LoadFill.Fail))).Message);
    }

    [Fact]
    public async Task QueryPrometheusAsync_Cache_NeedsNoServerTheSecondTime()
    {
        var cache = Path.Combine(_folder, "load.json");
        LoadTrace first;
        using (var server = new LoopbackServer(f => Samples(f) is var (status, body) ? (status, body.Replace("\"3\"", "\"NaN\"", StringComparison.Ordinal)) : default))
        {
            first = await AskAsync(server, From.AddMinutes(10), 60, new() { CacheFile = cache });
            _ = await AskAsync(server, From.AddMinutes(10), 60, new() { CacheFile = cache });
            Assert.Single(server.Asked);
        }

        // Nobody listens any more.
        var second = await AskAsync(null, From.AddMinutes(10), 60, new() { CacheFile = cache });
        Assert.Equal(first.Start, second.Start);
        Assert.Equal(first.Points, second.Points);
        Assert.Equal(first.Points, LoadTrace.Read(cache).Points);

        // Of other times only where that is said; another query asks.
        await Assert.ThrowsAsync<ScalingException>(() => AskAsync(null, From.AddMinutes(20), 60, new() { CacheFile = cache }, from: From.AddMinutes(10)));
        Assert.Equal(From, (await AskAsync(null, From.AddMinutes(20), 60, new() { CacheFile = cache, AcceptsOlderCache = true }, from: From.AddMinutes(10))).Start);
        await Assert.ThrowsAsync<ScalingException>(() => AskAsync(null, From.AddMinutes(10), 30, new() { CacheFile = cache, AcceptsOlderCache = true }));
        Assert.Equal([cache], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task QueryPrometheusAsync_CacheThatIsAnotherFile_IsNotReplaced()
    {
        var file = Path.Combine(_folder, "policies.yaml");
        await File.WriteAllTextAsync(file, "policies: []\n", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<ScalingException>(() => AskAsync(null, From.AddMinutes(10), 60, new() { CacheFile = file }));
        Assert.Equal($"The cache '{file}' must be a file that a query wrote, but is another: name one that is not there yet.", error.Message);
        Assert.Equal("policies: []\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unexpected end of input"}""", "bad_data: invalid parameter \"query\": 1:5: parse error: unexpected end of input.", ScalingErrorKind.InvalidConfiguration)]
    [InlineData(401, "Unauthorized\n", "Unauthorized. It wants to know who asks: give a user and a password, or a token.", ScalingErrorKind.InvalidConfiguration)]
    [InlineData(404, "<html>\n<b>404 page not found</b></html>", "<html> <b>404 page not found</b></html>. Is that the address of a Prometheus server, with the path of its API?", ScalingErrorKind.InvalidConfiguration)]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}""", "execution: query processing would load too many samples into memory in query execution. Take a longer step, or a query that reads less.", ScalingErrorKind.InvalidConfiguration)]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}""", "timeout: query timed out in expression evaluation. Try again later, or with a longer step.", ScalingErrorKind.MetricsUnavailable)]
    [InlineData(500, "", "it says no more.", ScalingErrorKind.MetricsUnavailable)]
    public async Task QueryPrometheusAsync_Refused_IsToldInTheServersOwnWords(int status, string body, string words, ScalingErrorKind kind)
    {
        using var server = new LoopbackServer(_ => (status, body));
        var error = await Assert.ThrowsAsync<ScalingException>(() => AskAsync(server, From.AddMinutes(10), 60));
        Assert.Equal($"{server.Url} refused the query '{Query}' ({status}): {words}", error.Message);
        Assert.Equal(kind, error.Kind);
    }

    [Fact]
    public async Task QueryPrometheusAsync_NothingOrSeveralSeries_SaysWhatToDo()
    {
        using (var empty = new LoopbackServer(_ => (200, """{"status":"success","data":{"resultType":"matrix","result":[]}}""")))
        {
            Assert.Equal(
                $"{empty.Url} has no sample of the query '{Query}' from 2026-03-02 12:00:00Z to 2026-03-02 12:10:00Z: look whether its labels are right, and how long the server keeps samples.",
                (await Assert.ThrowsAsync<ScalingException>(() => AskAsync(empty, From.AddMinutes(10), 60))).Message);
        }

        using var two = new LoopbackServer(_ => (200, """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"pod":"a"},"values":[[1772452800,"1"]]},{"metric":{"pod":"b"},"values":[[1772452800,"2"]]}]}}"""));
        var error = await Assert.ThrowsAsync<ScalingException>(() => AskAsync(two, From.AddMinutes(10), 60));
        Assert.Contains("the result must hold 1 series, but holds 2: put sum(...) around the query, or choose one series by the value of a label", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await AskAsync(two, From.AddMinutes(10), 60, new() { Reading = new() { Column = "b" } })).Points[0].Load);
    }

    [Fact]
    public async Task QueryPrometheusAsync_Warning_IsTold()
    {
        using var server = new LoopbackServer(_ => (200, Matrix((0, "1")).Replace("{\"status\"", "{\"warnings\":[\"partial response: store 2 is down.\"],\"status\"", StringComparison.Ordinal)));
        var progress = new Told();
        await AskAsync(server, From.AddMinutes(10), 60, new() { Progress = progress });
        Assert.Equal([new(1, 1, "partial response: store 2 is down")], progress.All);
    }

    [Fact]
    public async Task QueryPrometheusAsync_WhatIsWrongBeforehand_AsksNobody()
    {
        async Task<string> WrongAsync(string query, int seconds, int step) =>
            (await Assert.ThrowsAsync<ScalingException>(() => LoadTrace.QueryPrometheusAsync(_client, query, From, From.AddSeconds(seconds), TimeSpan.FromSeconds(step), null, TestContext.Current.CancellationToken))).Message;
        Assert.Equal("Query must be an expression, such as sum(rate(http_requests_total[1m])), but is ' '.", await WrongAsync(" ", 60, 15));
        Assert.Equal("Step must be between 1s and 24 hours, but is 0s.", await WrongAsync("x", 60, 0));
        Assert.Equal("To must be at least a step (1m) after From (2026-03-02 12:00:00Z), but is '2026-03-02 12:00:30Z'.", await WrongAsync("x", 30, 60));
        Assert.Equal("BaseAddress of the HttpClient must be the address of the Prometheus server, but is not set.", await WrongAsync("x", 60, 15));
        Assert.StartsWith("http://localhost:1 cannot be reached: ", (await Assert.ThrowsAsync<ScalingException>(() => AskAsync(null, From.AddMinutes(1), 15))).Message, StringComparison.Ordinal);
    }

    private static async Task<LoadTrace> AskAsync(LoopbackServer? server, DateTimeOffset to, int step, PrometheusLoadOptions? options = null, DateTimeOffset? from = null)
    {
        using var client = new HttpClient { BaseAddress = server?.Url ?? new("http://localhost:1") };
        return await LoadTrace.QueryPrometheusAsync(client, Query, from ?? From, to, TimeSpan.FromSeconds(step), options, TestContext.Current.CancellationToken);
    }

    /// <summary>The minutes of the hour as the value.</summary>
    private static (int Status, string Body) Samples(IReadOnlyDictionary<string, string> form)
    {
        var (start, end, step) = (Seconds(form["start"]), Seconds(form["end"]), Seconds(form["step"]));
        var samples = Enumerable.Range(0, (int)((end - start) / step) + 1).Select(i => start + (i * step)).Select(t => $"[{t},\"{t / 60 % 60}\"]");
        return (200, $$$"""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[{{{string.Join(',', samples)}}}]}]}}""");
    }

    private static string Matrix(params (int Minute, string Value)[] samples) => $$$"""
        {"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[{{{string.Join(',', samples.Select(s => $"[{From.AddMinutes(s.Minute).ToUnixTimeSeconds()},\"{s.Value}\"]"))}}}]}]}}
        """;

    private static long Seconds(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Told : IProgress<LoadProgress>
    {
        public List<LoadProgress> All { get; } = [];

        public void Report(LoadProgress value) => All.Add(value);
    }
}
