using System.Collections.Concurrent;
using System.Globalization;
using AutoScaling.Orleans.Tests.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Orleans.Tests.Promises;

/// <summary>What all targets are scaled by is fetched once for all buckets of a silo.</summary>
[Collection(Cluster.OneAtATime)]
public sealed class SourceTests
{
    private const int Targets = 200;
    private const int Ticks = 4;

    [Fact]
    public async Task Readings_OfAllBucketsOfASilo_AreFetchedOnceATick()
    {
        var asked = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await using var server = await StartServerAsync(asked);
        await using var cluster = new Cluster(
            new RedisServer(), Targets, interval: 2, "--probe", "3", "--prometheus", server.Urls.First());
        await cluster.StartAsync(2);

        asked.Clear();
        var before = cluster.All.Sum(t => cluster.World.EvaluationsOf(t).Count);
        await Waiting.ForAsync(Ticks * cluster.Interval);
        var evaluations = cluster.All.Sum(t => cluster.World.EvaluationsOf(t).Count) - before;
        var queries = string.Join(", ", asked.Select(a => $"{a.Key}: {a.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{evaluations} evaluations; queries of {queries}");

        // A silo on a busy machine may be late with a tick, and an answer that is too old by then is fetched again.
        Assert.True(evaluations > Targets * (Ticks - 2), $"There were {evaluations} evaluations; queries of {queries}");
        Assert.Equal(["S1", "S2"], asked.Keys.Order(StringComparer.Ordinal));
        Assert.All(asked.Values, count => Assert.InRange(count, 1, 2 * (Ticks + 1)));
    }

    /// <summary>Starts a Prometheus that answers each query for all targets, and counts those of each silo, by the path that it was given.</summary>
    private static async Task<WebApplication> StartServerAsync(ConcurrentDictionary<string, int> asked)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            var silo = context.Request.Path.Value!.Split('/')[1];
            if (context.Request.Path.Value.EndsWith("/query", StringComparison.Ordinal)) asked.AddOrUpdate(silo, 1, (_, count) => count + 1);
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
            var series = Enumerable.Range(0, Targets).Select(t => string.Create(
                CultureInfo.InvariantCulture, $$"""{"metric":{"service":"t{{t}}"},"value":[{{now}},"200"]}"""));
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', series)}}}]}}""");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
