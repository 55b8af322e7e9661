using AutoScaling.Prometheus.Tests.Reading;
using AutoScaling.Prometheus.Tests.Server;
using AutoScaling.Prometheus.Tests.Stub;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Prometheus.Tests.Client;

/// <summary>Second tries, deadlines and how many queries are under way.</summary>
public sealed class PatienceTests
{
    private static readonly string Good = StubServer.Vector(("web", "7"));

    [Theory]
    [InlineData(429, "0")]
    [InlineData(503, "0")]
    [InlineData(503, "Wed, 21 Oct 2015 07:28:00 GMT")]
    public async Task Query_OfABusyServer_IsTriedOnceMore(int status, string retryAfter)
    {
        await using var server = await StubServer.StartAsync(async (_, context) => await AnswerAsync(context, status, retryAfter));
        await using var sources = Of(server);
        Assert.Equal(MetricStatus.Failed, (await sources.ReadAsync("web", "rps")).Status);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Query_ThatGoesWellTheSecondTime_IsAReading()
    {
        StubServer? own = null;
        await using var server = own = await StubServer.StartAsync(async (_, context) =>
            await AnswerAsync(context, own!.Requests.Count == 1 ? 503 : 200, "0"));
        await using var sources = Of(server);
        Assert.Equal(7, (await sources.ReadAsync("web", "rps")).Value);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task Query_ThatIsRefused_IsNotTriedAgain(int status)
    {
        await using var server = await StubServer.StartAsync(async (_, context) => await AnswerAsync(context, status, "0"));
        await using var sources = Of(server);
        Assert.Equal(MetricStatus.Failed, (await sources.ReadAsync("web", "rps")).Status);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Query_OfAServerThatWantsMoreTimeThanThereIs_IsLeftAloneForThatLong()
    {
        var time = new FakeTimeProvider();
        await using var server = await StubServer.StartAsync(async (_, context) => await AnswerAsync(context, 429, "30"));
        await using var sources = Of(server, time);
        Assert.Equal("the server has too many requests (429): later", (await sources.ReadAsync("web", "rps")).Reason);
        time.Advance(TimeSpan.FromSeconds(29));
        await sources.ReadAsync("web", "rps");
        Assert.Single(server.Requests);
        time.Advance(TimeSpan.FromSeconds(2));
        await sources.ReadAsync("web", "rps");
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Query_OfAServerThatHangs_EndsWithItsOwnTime()
    {
        var time = new FakeTimeProvider();
        var hangs = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async (_, context) => await hangs.Task.WaitAsync(context.RequestAborted));
        await using var sources = Of(server, time);
        var reading = sources.ReadAsync("web", "rps");
        await Condition.HoldsAsync(() => Task.FromResult(server.Requests.Count == 1), TimeSpan.FromSeconds(30), "the server is asked");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("the server did not answer within 4s", (await reading).Reason);
    }

    [Fact]
    public async Task Query_OfAServerThatHangsInTheMiddle_EndsWithItsOwnTime()
    {
        var time = new FakeTimeProvider();
        var hangs = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async (_, context) =>
        {
            await context.Response.WriteAsync("{\"status\":");
            await context.Response.Body.FlushAsync();
            begun.TrySetResult();
            await hangs.Task.WaitAsync(context.RequestAborted);
        });
        await using var sources = Of(server, time);
        var reading = sources.ReadAsync("web", "rps");
        await begun.Task;
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("the server did not answer within 4s", (await reading).Reason);
    }

    [Fact]
    public async Task Query_OfMany_AreUnderWayOnlyAsManyAsAllowed()
    {
        var (now, most) = (0, 0);
        var full = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async (_, context) =>
        {
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            if (running == 3) full.TrySetResult();
            await full.Task;
            Interlocked.Decrement(ref now);
            await AnswerAsync(context, 200, "0");
        });
        await using var sources = new Sources(server.Url, p =>
        {
            p.MaxConcurrency = 3;
            p.QueryTimeout = TimeSpan.FromSeconds(30);
        });
        var readings = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => sources.ReadAsync($"t{i}", new MetricRef("up{service='{target}'} * 1"))));
        Assert.All(readings, reading => Assert.Equal(7, reading.Value));
        Assert.Equal((30, 3), (server.Requests.Count, most));
    }

    [Fact]
    public async Task Query_OfAServerThatFailsAllTheTime_IsNotSent()
    {
        await using var server = await StubServer.StartAsync((_, _) => (500, "broken"));
        await using var sources = new Sources(server.Url, _ => { });
        var reasons = new List<string?>();
        for (var i = 0; i < 300; i++) reasons.Add((await sources.ReadAsync($"t{i}", new MetricRef("sum(up{service='{target}'})"))).Reason);
        Assert.Equal("the server answered with an error (500): broken", reasons[0]);
        Assert.Contains($"the server at {server.Url.Authority} has failed so often that it is left alone for some seconds", reasons);
        Assert.InRange(server.Requests.Count, 100, 299);
    }

    private static Sources Of(StubServer server, TimeProvider? time = null) => new(
        server.Url,
        p =>
        {
            if (time is not null) p.QueryTimeout = TimeSpan.FromSeconds(4);
            p.Add("rps", "up * 1");
        },
        time);

    private static async Task AnswerAsync(HttpContext context, int status, string retryAfter)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(status == 200 ? Good : "later");
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
