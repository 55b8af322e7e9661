using AutoScaling.Keda.Tests.Client;
using AutoScaling.Keda.Tests.Hosts;
using Grpc.Core;

namespace AutoScaling.Keda.Tests.Serving;

/// <summary>What is pushed to KEDA, so that it need not wait until it asks again.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StreamIsActive_ChangesOnly_AreTold()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        host.Wanted = _ => 0;
        await host.AutoScaler.TickAsync(Cancellation);
        using var call = host.Client.StreamIsActive(KedaHost.Asked(), cancellationToken: Cancellation);
        Assert.False(await NextAsync(host, call));

        // Blind: nothing is told, and above all no change to nothing.
        host.Wanted = _ => null;
        await host.GoOnAsync();
        host.Wanted = _ => 3;
        await host.GoOnAsync();
        Assert.True(await NextAsync(host, call));
        host.Wanted = _ => 7;
        await host.GoOnAsync();
        host.Wanted = _ => 0;
        await host.GoOnAsync();
        Assert.False(await NextAsync(host, call));
    }

    [Fact]
    public async Task StreamIsActive_BlindFromTheBeginning_WaitsForACount()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        host.Wanted = _ => null;
        await host.AutoScaler.TickAsync(Cancellation);
        using var call = host.Client.StreamIsActive(KedaHost.Asked(), cancellationToken: Cancellation);
        var next = call.ResponseStream.MoveNext(Cancellation);
        for (var i = 0; i < 5; i++)
        {
            await host.GoOnAsync();
            Assert.False(next.IsCompleted);
        }

        host.Wanted = _ => 2;
        await host.GoOnAsync();
        await UntilAsync(host, next);
        Assert.True(call.ResponseStream.Current.Result);
    }

    [Fact]
    public async Task StreamIsActive_TargetIsRemoved_EndsWithNotFound()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await host.AutoScaler.TickAsync(Cancellation);
        using var call = host.Client.StreamIsActive(KedaHost.Asked(), cancellationToken: Cancellation);
        Assert.True(await NextAsync(host, call));
        host.AutoScaler.RemovePolicy("team-a/web");
        var error = await Assert.ThrowsAsync<RpcException>(() => NextAsync(host, call));
        Assert.Equal((StatusCode.NotFound, "'team-a/web' has no policy."), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task StreamIsActive_PolicyBeginsToScale_EndsWithFailedPrecondition()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await host.AutoScaler.TickAsync(Cancellation);
        using var call = host.Client.StreamIsActive(KedaHost.Asked(), cancellationToken: Cancellation);
        Assert.True(await NextAsync(host, call));
        host.AutoScaler.SetPolicy(KedaHost.Policy(mode: ScalingMode.Scale));
        var error = await Assert.ThrowsAsync<RpcException>(() => NextAsync(host, call));
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
    }

    [Fact]
    public async Task StreamIsActive_ClientHangsUp_LeavesTheHostWell()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await host.AutoScaler.TickAsync(Cancellation);
        for (var i = 0; i < 20; i++)
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            using var call = host.Client.StreamIsActive(KedaHost.Asked(), cancellationToken: gone.Token);
            Assert.True(await NextAsync(host, call));
            await gone.CancelAsync();
            var error = await Assert.ThrowsAsync<RpcException>(() => NextAsync(host, call));
            Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        }

        Assert.Equal(4, await host.ValueAsync());
    }

    [Fact]
    public async Task StreamIsActive_HostStops_EndsByItself()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await host.AutoScaler.TickAsync(Cancellation);
        using var call = host.Client.StreamIsActive(KedaHost.Asked(), cancellationToken: Cancellation);
        Assert.True(await NextAsync(host, call));
        await host.StopAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
    }

    /// <summary>All streams of a KEDA are in one connection, and calls for values beside them.</summary>
    [Fact]
    public async Task EveryMethod_AThousandTargetsInOneConnection_AreAllServed()
    {
        const int Count = 1_000;
        var numbers = Enumerable.Range(1, Count).ToList();
        await using var host = await KedaHost.StartAsync([.. numbers.Select(i => KedaHost.Policy($"team-a/web-{i}"))]);
        host.Wanted = target => int.Parse(target.Name["team-a/web-".Length..], System.Globalization.CultureInfo.InvariantCulture) - 1;
        await host.AutoScaler.TickAsync(Cancellation);
        var calls = numbers.Select(i => host.Client.StreamIsActive(KedaHost.Asked($"team-a/web-{i}"), cancellationToken: Cancellation)).ToList();
        try
        {
            // All stay open, and calls for values go between them.
            var told = await Task.WhenAll(calls.Select(c => c.ResponseStream.MoveNext(Cancellation))).WaitAsync(Patience, Cancellation);
            Assert.All(told, Assert.True);
            Assert.Equal(numbers.Select(i => i > 1), calls.Select(c => c.ResponseStream.Current.Result));
            var values = await Task.WhenAll(numbers.Select(i => host.ValueAsync($"team-a/web-{i}")));
            Assert.Equal(numbers.Select(i => i - 1.0), values);

            host.Wanted = _ => 0;
            await host.GoOnAsync();
            var changed = calls.Skip(1).ToList();
            await UntilAsync(host, Task.WhenAll(changed.Select(c => c.ResponseStream.MoveNext(Cancellation))));
            Assert.All(changed, c => Assert.False(c.ResponseStream.Current.Result));
        }
        finally
        {
            calls.ForEach(c => c.Dispose());
        }
    }

    /// <summary>The next that is told; meanwhile the host's clock goes on, second by second.</summary>
    private static async Task<bool> NextAsync(KedaHost host, AsyncServerStreamingCall<IsActiveResponse> call)
    {
        var next = call.ResponseStream.MoveNext(Cancellation);
        await UntilAsync(host, next);
        Assert.True(await next, "The stream has ended.");
        return call.ResponseStream.Current.Result;
    }

    private static async Task UntilAsync(KedaHost host, Task told)
    {
        while (!told.IsCompleted)
        {
            host.Time.Advance(Second / 20);
            await host.AutoScaler.TickAsync(Cancellation); // However long it takes, the decisions stay young.
            await Task.WhenAny(told, Task.Delay(5, Cancellation));
        }

        await told;
    }
}
