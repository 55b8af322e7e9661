using AutoScaling.Prometheus.Tests.Server;
using AutoScaling.Prometheus.Tests.Stub;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Prometheus.Tests.Reading;

/// <summary>How many queries a tick takes, and to whom they belong.</summary>
public sealed class SharingTests
{
    private const int Targets = 10_000;

    [Fact]
    public async Task Read_OfTenThousandTargetsAndThreeMetrics_TakesThreeQueriesATick()
    {
        var body = StubServer.Vector(Enumerable.Range(0, Targets).Select(i => ($"service-{i}", $"{i}.5")));
        await using var server = await StubServer.StartAsync(body);
        var time = new FakeTimeProvider();
        await using var sources = new Sources(
            server.Url,
            p =>
            {
                for (var i = 1; i <= 3; i++) p.Add($"m{i}", $"sum by (service) (rate(m{i}[2m]))");
                p.QueryTimeout = TimeSpan.FromSeconds(30);
            },
            time);
        for (var tick = 1; tick <= 2; tick++)
        {
            var all = await Task.WhenAll(Enumerable.Range(0, Targets).Select(i =>
                sources.Source.GetMetricsAsync(new($"service-{i}", "m1", "m2", "m3"), TestContext.Current.CancellationToken).AsTask()));
            Assert.Equal(3 * tick, server.Requests.Count);
            for (var i = 0; i < Targets; i++) Assert.All(all[i], reading => Assert.Equal(i + 0.5, reading.Value));
            time.Advance(TimeSpan.FromSeconds(15));
        }
    }

    [Fact]
    public async Task Read_WithinTheAge_SharesAnAnswer()
    {
        await using var server = await StubServer.StartAsync((_, number) => (200, StubServer.Vector(("web", $"{number}"))));
        var time = new FakeTimeProvider();
        await using var sources = new Sources(server.Url, p => p.Add("rps", "up * 1"), time);
        var first = await sources.ReadAsync("web", "rps");
        time.Advance(TimeSpan.FromSeconds(4.9));
        var same = await sources.ReadAsync("web", "rps");
        Assert.Equal((1, first.At), (same.Value, same.At));
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(2, (await sources.ReadAsync("web", "rps")).Value);
    }

    [Fact]
    public async Task Read_OfOneWhoGoes_GoesOnForTheOthers()
    {
        var answer = new TaskCompletionSource();
        var isAborted = false;
        await using var server = await StubServer.StartAsync(async (_, context) =>
        {
            using var gone = context.RequestAborted.Register(() => isAborted = true);
            await answer.Task;
            await context.Response.WriteAsync(StubServer.Vector(("web", "7")));
        });
        await using var sources = new Sources(server.Url, p => p.Add("rps", "up * 1"));
        using var leave = new CancellationTokenSource();
        var gone = sources.Source.GetMetricsAsync(new("api", "rps"), leave.Token).AsTask();
        var stays = sources.ReadAsync("web", "rps");
        await Condition.HoldsAsync(() => Task.FromResult(server.Requests.Count == 1), TimeSpan.FromSeconds(30), "the server is asked");
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        answer.SetResult();
        Assert.Equal(7, (await stays).Value);
        Assert.False(isAborted);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Read_OfAServerThatFails_AsksItOnceASecond()
    {
        await using var server = await StubServer.StartAsync((_, _) => (500, "broken"));
        var time = new FakeTimeProvider();
        await using var sources = new Sources(server.Url, p => p.Add("rps", "up * 1"), time);
        for (var i = 0; i < 100; i++) await sources.ReadAsync($"t{i}", "rps");
        Assert.Single(server.Requests);
        time.Advance(TimeSpan.FromSeconds(1));
        await sources.ReadAsync("web", "rps");
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Read_ForEachTarget_AsksOnceForEach()
    {
        await using var server = await StubServer.StartAsync(StubServer.Vector(("x", "7")));
        await using var sources = new Sources(server.Url, p => p.Add("rps", "sum(up{service='{target}'})"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(7, (await sources.ReadAsync("web", "rps")).Value);
            Assert.Equal(7, (await sources.ReadAsync("api", "rps")).Value);
        }

        Assert.Equal(["sum(up{service='web'})", "sum(up{service='api'})"], server.Requests.Select(r => r.Query));
    }

    [Fact]
    public async Task Read_OfOneMetricThatFails_ReadsTheOthers()
    {
        await using var server = await StubServer.StartAsync((request, _) => request.Query.Contains("bad") ? (400, "no") : (200, StubServer.Vector(("web", "7"))));
        await using var sources = new Sources(server.Url, p =>
        {
            p.Add("bad", "bad * 1");
            p.Add("good", "good * 1");
        });
        var read = await sources.Source.GetMetricsAsync(new("web", "bad", "good"), TestContext.Current.CancellationToken);
        Assert.Equal((MetricStatus.Failed, MetricStatus.Available), (read["bad"].Status, read["good"].Status));
    }

    [Fact]
    public async Task Read_OfSeveralServers_AsksEachForItsOwn()
    {
        await using var one = await StubServer.StartAsync(StubServer.Vector(("web", "1")));
        await using var two = await StubServer.StartAsync(StubServer.Vector(("web", "2")));
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAutoScaling().AddPrometheus("one", one.Url, p => p.Add("m", "up * 1")).AddPrometheus("two", two.Url, p =>
        {
            p.BearerToken = "of-two";
            p.Add("m", "up * 1");
        });
        await using var provider = services.BuildServiceProvider();
        foreach (var (name, value) in new[] { ("one", 1), ("two", 2) })
        {
            var read = await provider.GetRequiredKeyedService<IMetricsProvider>(name).GetMetricsAsync(new("web", "m"), TestContext.Current.CancellationToken);
            Assert.Equal(value, read["m"].Value);
        }

        Assert.False(one.Requests.Single().Headers.ContainsKey("Authorization"));
        Assert.Equal("Bearer of-two", two.Requests.Single().Headers["Authorization"]);
    }

    [Fact]
    public async Task Read_WithAClockThatIsNotTheServers_KnowsTheAge()
    {
        // The server's clock says 1700000000; the sample is 90 s older.
        await using var server = await StubServer.StartAsync((request, _) => (200, StubServer.Vector(("web", request.Query.StartsWith("timestamp", StringComparison.Ordinal) ? "1699999910.123" : "7"))));
        var time = new FakeTimeProvider(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var sources = new Sources(server.Url, p => p.Add("queue", "depth"), time);
        Assert.Equal(time.GetUtcNow().AddSeconds(-90), (await sources.ReadAsync("web", "queue")).At);
    }
}
