using AutoScaling.Keda.Tests.Client;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Keda.Tests.Hosts;

/// <summary>
/// A real host on a loopback port that speaks HTTP/2 alone, and a client over one connection, as KEDA has it. Targets are evaluated when a
/// test asks for it. A target's count is its CPU: 2 wants 2 replicas.
/// </summary>
internal sealed class KedaHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private KedaHost(WebApplication app, FakeTimeProvider time)
    {
        (_app, Time) = (app, time);
        _channel = GrpcChannel.ForAddress(Address, new()
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false },
        });
        Client = new(_channel);
    }

    public FakeTimeProvider Time { get; }

    public ExternalScaler.ExternalScalerClient Client { get; }

    /// <summary>How many replicas a target asks for; <see langword="null"/>: its metric cannot be read.</summary>
    public Func<ScalingTarget, double?> Wanted { get; set; } = _ => 4;

    public IAutoScaler AutoScaler => _app.Services.GetRequiredService<IAutoScaler>();

    public FakeScaler Scaler => _app.Services.GetRequiredService<FakeScaler>();

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<KedaHost> StartAsync(params ScalingPolicy[] policies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        KedaHost? host = null;
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(new FakeScaler(time, 4));
        var autoScaling = builder.Services.AddAutoScaling(o => (o.RunLoop, o.StartJitter) = (false, 0))
            .UseScaler(s => s.GetRequiredService<FakeScaler>())
            .UseMetrics(_ => new Metrics(target => host!.Wanted(target), time))
            .AddKeda();
        foreach (var policy in policies) autoScaling.AddPolicy(policy);
        var app = builder.Build();
        app.MapAutoScalingKeda().AllowAnonymous();
        await app.StartAsync(Cancellation);
        return host = new(app, time);
    }

    /// <summary>A policy that asks for one replica for each percent of CPU, at once in both directions.</summary>
    public static ScalingPolicy Policy(string name = "team-a/web", ScalingMode mode = ScalingMode.Recommend) => new()
    {
        Target = name,
        Mode = mode,
        Range = new(0, 2_000),
        Interval = TimeSpan.FromSeconds(15),
        Rules = [new TargetTrackingRule { Metric = "cpu", Kind = TargetKind.TotalPerReplica, Target = 1 }],
        Behavior = ScalingBehavior.Immediate with { SafetyGuards = false },
    };

    public static ScaledObjectRef Asked(string target = "team-a/web") =>
        new() { Name = "web-scaled", Namespace = "team-a", ScalerMetadata = { ["target"] = target, ["scalerAddress"] = "autoscaling:8080" } };

    public async Task<double> ValueAsync(string target = "team-a/web")
    {
        var answer = await Client.GetMetricsAsync(new() { ScaledObjectRef = Asked(target), MetricName = "replicas" }, cancellationToken: Cancellation);
        var value = Assert.Single(answer.MetricValues);
        Assert.Equal(("replicas", value.MetricValueFloat), (value.MetricName, value.MetricValue_));
        return value.MetricValueFloat;
    }

    public async Task<bool> ActiveAsync(string target = "team-a/web") => (await Client.IsActiveAsync(Asked(target), cancellationToken: Cancellation)).Result;

    /// <summary>An interval goes by, and what is due is evaluated.</summary>
    public async Task GoOnAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(15));
        await AutoScaler.TickAsync(Cancellation);
    }

    public Task StopAsync() => _app.StopAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class Metrics(Func<ScalingTarget, double?> wanted, TimeProvider time) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) =>
            new(wanted(request.Target) is { } value ? ServiceMetrics.Of(time.GetUtcNow(), value) : new ServiceMetrics(MetricReading.Failed("cpu", "the meter is broken")));
    }
}
