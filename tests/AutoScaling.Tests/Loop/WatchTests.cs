namespace AutoScaling.Tests.Loop;

/// <summary>Those who follow evaluations: the past first, then what comes, and nobody waits for them.</summary>
public sealed class WatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_APastAndMore_BothInOrderAndEachOnce()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("other"));
        await system.AutoScaler.EvaluateAsync("web", Stop);
        await system.AutoScaler.EvaluateAsync("other", Stop);
        await system.AutoScaler.EvaluateAsync("web", Stop);
        var seen = new List<ScalingRecord>();
        await foreach (var record in system.AutoScaler.WatchAsync("web", Stop))
        {
            seen.Add(record);
            if (seen.Count == 2) await system.AutoScaler.EvaluateAsync("other", Stop);
            if (seen.Count == 2) await system.AutoScaler.EvaluateAsync("web", Stop);
            if (seen.Count == 3) break;
        }

        Assert.Equal(system.AutoScaler.GetRecent("web").Reverse(), seen);
    }

    [Fact]
    public async Task Watch_AllTargets_GivesThoseOfEach()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("other"));
        await system.AutoScaler.TickAsync(Stop);
        var seen = new List<string>();
        await foreach (var record in system.AutoScaler.WatchAsync(cancellationToken: Stop))
        {
            seen.Add(record.Target.Name);
            if (seen.Count == 2) await system.AutoScaler.EvaluateAsync("other", Stop);
            if (seen.Count == 3) break;
        }

        Assert.Equal(["other", "web"], seen.Take(2).Order(StringComparer.Ordinal));
        Assert.Equal("other", seen[2]);
    }

    [Fact]
    public async Task Watch_ReadTooSlowly_IsDroppedWithASentence()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        await system.AutoScaler.EvaluateAsync("web", Stop);
        await using var viewer = system.AutoScaler.WatchAsync("web", Stop).GetAsyncEnumerator(Stop);
        Assert.True(await viewer.MoveNextAsync());
        for (var i = 0; i < 10_001; i++) await system.AutoScaler.EvaluateAsync("web", Stop);
        var read = 0;
        var error = await Assert.ThrowsAsync<ScalingException>(async () =>
        {
            while (await viewer.MoveNextAsync()) read++;
        });
        Assert.Equal(10_000, read);
        Assert.Equal("Who followed the evaluations read too slowly: 10000 were waiting. Begin again.", error.Message);
    }

    [Fact]
    public async Task Watch_HostStops_Ends()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        var loop = system.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Single();
        await loop.StartAsync(Stop);
        await system.AutoScaler.EvaluateAsync("web", Stop);
        await using var viewer = system.AutoScaler.WatchAsync("web", Stop).GetAsyncEnumerator(Stop);
        Assert.True(await viewer.MoveNextAsync());
        var next = viewer.MoveNextAsync().AsTask();
        await loop.StopAsync(Stop);
        Assert.False(await next);
        Assert.Equal([system.AutoScaler.GetRecent("web")[0]], await system.AutoScaler.WatchAsync("web", Stop).ToListAsync(Stop));
    }

    [Fact]
    public void Watch_NoPolicy_SaysSoAtOnce()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        var error = Assert.Throws<ScalingException>(() => system.AutoScaler.WatchAsync("wbe", Stop));
        Assert.Equal("There is no policy for 'wbe'.", error.Message);
    }
}
