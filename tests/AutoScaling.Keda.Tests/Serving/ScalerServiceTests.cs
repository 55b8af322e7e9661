using AutoScaling.Keda.Tests.Client;
using AutoScaling.Keda.Tests.Hosts;
using Grpc.Core;

namespace AutoScaling.Keda.Tests.Serving;

/// <summary>What KEDA is told, by a client of its contract over a real connection.</summary>
public sealed class ScalerServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetMetrics_Decided_IsTheCountWithATargetOfOne()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        host.Wanted = _ => 8;
        await host.AutoScaler.TickAsync(Cancellation);

        var spec = Assert.Single((await host.Client.GetMetricSpecAsync(KedaHost.Asked(), cancellationToken: Cancellation)).MetricSpecs);
        Assert.Equal(("replicas", 1L, 1.0), (spec.MetricName, spec.TargetSize, spec.TargetSizeFloat));
        Assert.Equal((8, true), (await host.ValueAsync(), await host.ActiveAsync()));
        Assert.Empty(host.Scaler.Calls); // Who writes is KEDA.

        host.Wanted = _ => 3;
        await host.GoOnAsync();
        Assert.Equal(3, await host.ValueAsync());
    }

    [Fact]
    public async Task IsActive_ZeroIsWanted_IsFalseAndTheValueIsZero()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        host.Wanted = _ => 0;
        await host.AutoScaler.TickAsync(Cancellation);
        Assert.Equal((0, false), (await host.ValueAsync(), await host.ActiveAsync()));

        host.Scaler.SetReplicas("team-a/web", 0);
        host.Wanted = _ => 2;
        await host.GoOnAsync();
        Assert.Equal((2, true), (await host.ValueAsync(), await host.ActiveAsync()));
    }

    [Fact]
    public async Task GetMetrics_Blind_IsUnavailableAndNeverZero()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await AssertNoneAsync(host, "Nothing was decided for 'team-a/web' yet.");

        host.Wanted = _ => null;
        await host.AutoScaler.TickAsync(Cancellation);
        await AssertNoneAsync(host, "the meter is broken");

        host.Wanted = _ => 5;
        await host.GoOnAsync();
        Assert.Equal(5, await host.ValueAsync());
        host.Wanted = _ => null;
        await host.GoOnAsync();
        await AssertNoneAsync(host, "the meter is broken");

        // What KEDA's autoscaler is made of is told all the same: without it KEDA makes one for the CPU, and keeps it.
        Assert.Single((await host.Client.GetMetricSpecAsync(KedaHost.Asked(), cancellationToken: Cancellation)).MetricSpecs);
    }

    [Fact]
    public async Task GetMetrics_OneRuleOfTwoCannotSay_IsWhatTheGuardsLetThrough()
    {
        var policy = KedaHost.Policy() with
        {
            Rules = [.. KedaHost.Policy().Rules, new TargetTrackingRule { Metric = "queue", Kind = TargetKind.TotalPerReplica, Target = 1 }],
        };
        await using var host = await KedaHost.StartAsync(policy);
        host.Wanted = _ => 6;
        await host.AutoScaler.TickAsync(Cancellation);
        Assert.Equal(ScalingErrorKind.MetricsUnavailable, host.AutoScaler.GetStatus("team-a/web").LastErrorKind);
        Assert.Equal(6, await host.ValueAsync());

        // Fewer would be made of half of what is asked.
        host.Scaler.SetReplicas("team-a/web", 6);
        host.Wanted = _ => 2;
        await host.GoOnAsync();
        Assert.Equal(6, await host.ValueAsync());
    }

    [Fact]
    public async Task GetMetrics_TargetCannotBeRead_IsUnavailable()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await host.AutoScaler.TickAsync(Cancellation);
        host.Scaler.OnRead = _ => new InvalidOperationException("the API server is away");
        await host.GoOnAsync();
        await AssertNoneAsync(host, "the API server is away");
    }

    [Fact]
    public async Task GetMetrics_NobodyDecidesAnyMore_IsUnavailableAfterThreeIntervals()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy(), KedaHost.Policy("team-a/slow") with { Interval = TimeSpan.FromMinutes(5) });
        await host.AutoScaler.TickAsync(Cancellation);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(4, await host.ValueAsync());
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await AssertNoneAsync(host, "The last decision for 'team-a/web' is 1m 1s old, and there should be one within 1m.");
        host.Time.Advance(TimeSpan.FromMinutes(14) - TimeSpan.FromSeconds(1));
        Assert.Equal(4, await host.ValueAsync("team-a/slow"));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await AssertNoneAsync(host, "and there should be one within 15m.", "team-a/slow");
    }

    [Fact]
    public async Task GetMetrics_Disabled_IsUnavailable()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await host.AutoScaler.TickAsync(Cancellation);
        host.AutoScaler.Disable("team-a/web");
        await AssertNoneAsync(host, "'team-a/web' is disabled.");
    }

    [Fact]
    public async Task EveryMethod_TargetThatThePolicyScales_IsRefused()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy(mode: ScalingMode.Scale));
        await host.AutoScaler.TickAsync(Cancellation);
        await AssertRefusedAsync(
            host, KedaHost.Asked(), StatusCode.FailedPrecondition,
            "'team-a/web' is scaled by its policy, and KEDA would scale it, too: each would undo the other's work. Mode must be recommend, but is scale.");
    }

    [Fact]
    public async Task EveryMethod_TargetWithoutAPolicyOrNone_IsRefused()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await AssertRefusedAsync(host, KedaHost.Asked("team-a/other"), StatusCode.NotFound, "'team-a/other' has no policy.");
        const string Missing = "The trigger's metadata must name a target, such as target: team-a/web.";
        await AssertRefusedAsync(host, KedaHost.Asked(" "), StatusCode.InvalidArgument, Missing);
        await AssertRefusedAsync(host, new() { Name = "web" }, StatusCode.InvalidArgument, Missing);
    }

    [Fact]
    public async Task GetMetrics_AnotherMetricOrNoObject_IsRefused()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        await host.AutoScaler.TickAsync(Cancellation);
        var other = await FailsAsync(host.Client.GetMetricsAsync(new() { ScaledObjectRef = KedaHost.Asked(), MetricName = "cpu" }, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.InvalidArgument, "MetricName must be replicas, but is 'cpu'."), (other.StatusCode, other.Status.Detail));
        var none = await FailsAsync(host.Client.GetMetricsAsync(new() { MetricName = "replicas" }, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, none.StatusCode);
    }

    /// <summary>KEDA's newest method; it takes this answer for "the metric never changes".</summary>
    [Fact]
    public async Task StreamMetricSpec_IsUnimplemented()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        using var call = host.Client.StreamMetricSpec(KedaHost.Asked(), cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    private static async Task AssertNoneAsync(KedaHost host, string because, string target = "team-a/web")
    {
        foreach (var error in new[]
        {
            await FailsAsync(host.Client.GetMetricsAsync(new() { ScaledObjectRef = KedaHost.Asked(target), MetricName = "replicas" }, cancellationToken: Cancellation)),
            await FailsAsync(host.Client.IsActiveAsync(KedaHost.Asked(target), cancellationToken: Cancellation)),
        })
        {
            Assert.Equal(StatusCode.Unavailable, error.StatusCode);
            Assert.Contains(because, error.Status.Detail, StringComparison.Ordinal);
        }
    }

    private static async Task AssertRefusedAsync(KedaHost host, ScaledObjectRef asked, StatusCode code, string because)
    {
        using var stream = host.Client.StreamIsActive(asked, cancellationToken: Cancellation);
        foreach (var error in new[]
        {
            await FailsAsync(host.Client.GetMetricsAsync(new() { ScaledObjectRef = asked, MetricName = "replicas" }, cancellationToken: Cancellation)),
            await FailsAsync(host.Client.IsActiveAsync(asked, cancellationToken: Cancellation)),
            await FailsAsync(host.Client.GetMetricSpecAsync(asked, cancellationToken: Cancellation)),
            await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Cancellation)),
        })
        {
            Assert.Equal((code, because), (error.StatusCode, error.Status.Detail));
        }
    }

    private static Task<RpcException> FailsAsync<T>(AsyncUnaryCall<T> call) => Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
}
