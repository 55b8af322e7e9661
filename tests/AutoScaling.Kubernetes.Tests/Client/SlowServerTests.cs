using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Kubernetes.Tests.Client;

/// <summary>A host as it is shipped, with Lease and saved state, beside an API server that takes its time. Time runs fast.</summary>
public sealed class SlowServerTests : IAsyncLifetime
{
    private const int Targets = 8;

    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly StubFleet _fleet;
    private readonly LogLines _log = new();
    private StubServer _stub = null!;
    private ScalingBehavior _behavior = ScalingBehavior.Immediate;
    private TimeSpan _step = TimeSpan.FromSeconds(0.1);

    public SlowServerTests() => _fleet = new(Targets, _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stub = await StubServer.StartAsync();
        _stub.Fault = (context, _, _) => _fleet.AnswerAsync(context);
    }

    public ValueTask DisposeAsync() => _stub.DisposeAsync();

    [Fact]
    public async Task Run_EveryAnswerTakesFourSeconds_AllTargetsFollowTheLoadAndTheLeaseIsKept()
    {
        _stub.Fault = async (context, _, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(4), _time, Cancellation);
            return await _fleet.AnswerAsync(context);
        };
        using var host = await StartAsync();
        await PassAsync(TimeSpan.FromSeconds(75), () => host.Services.GetRequiredService<IAutoScaler>().GetStatus().Leadership?.Leads == true);

        _fleet.Load = 280;
        await PassAsync(TimeSpan.FromSeconds(75), () => Array.TrueForAll(_fleet.Replicas, n => n == 4));
        _fleet.Load = 70;
        await PassAsync(TimeSpan.FromSeconds(75), () => Array.TrueForAll(_fleet.Replicas, n => n == 1));

        Assert.True(host.Services.GetRequiredService<IAutoScaler>().GetStatus().Leadership!.Leads);
        Assert.DoesNotContain(_log.Warnings, l => l.Contains("lead", StringComparison.Ordinal) || l.Contains("Lease", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/apis/metrics.k8s.io")]
    [InlineData("/api/v1/namespaces/default/pods")]
    public async Task Run_ListThatMayBeReadOnceAMinute_ScalesDownAllTheSame(string path)
    {
        // A target that sees nothing for a while is not scaled down until it has seen for a whole window again.
        var last = DateTimeOffset.MinValue;
        _behavior = ScalingBehavior.Kubernetes with { ScaleDown = ScalingBehavior.Kubernetes.ScaleDown with { StabilizationWindow = TimeSpan.FromMinutes(2) } };
        _stub.Fault = async (context, _, _) =>
        {
            if (!context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)) return await _fleet.AnswerAsync(context);
            if (_time.GetUtcNow() - last < TimeSpan.FromMinutes(1)) return await StubServer.RefuseAsync(context, 429, retryAfter: "60");
            last = _time.GetUtcNow();
            return await _fleet.AnswerAsync(context);
        };
        _step = TimeSpan.FromSeconds(0.25);
        using var host = await StartAsync();

        _fleet.Load = 70;
        await PassAsync(TimeSpan.FromMinutes(6), () => Array.TrueForAll(_fleet.Replicas, n => n == 1));
    }

    [Fact]
    public async Task Run_SavingThatHasToWaitFiveSecondsEachTime_ScalesDownAllTheSame()
    {
        // It lets in who has asked before and has waited, and nobody else.
        var (asked, gate) = (DateTimeOffset.MinValue, new Lock());
        _stub.Fault = async (context, _, _) =>
        {
            if (context.Request.Method != "PUT" || !context.Request.Path.Value!.Contains("configmaps", StringComparison.Ordinal)) return await _fleet.AnswerAsync(context);
            bool isIn;
            lock (gate)
            {
                var now = _time.GetUtcNow();
                isIn = now - asked >= TimeSpan.FromSeconds(5) && now - asked < TimeSpan.FromSeconds(8);
                if (now - asked >= TimeSpan.FromSeconds(5)) asked = isIn ? DateTimeOffset.MinValue : now;
            }

            return isIn ? await _fleet.AnswerAsync(context) : await StubServer.RefuseAsync(context, 429, retryAfter: "5");
        };
        using var host = await StartAsync();

        _fleet.Load = 70;
        await PassAsync(TimeSpan.FromMinutes(3), () => Array.TrueForAll(_fleet.Replicas, n => n == 1));
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(new AllLines(_log));
        builder.Services.AddSingleton<TimeProvider>(_time);
        var options = _stub.Options();
        var autoScaler = builder.Services.AddAutoScaling(o => o.Interval = TimeSpan.FromSeconds(15))
            .UseKubernetes(o => (o.KubeConfig, o.Events) = (options.KubeConfig, false))
            .UseLeaderElection()
            .SaveStateToKubernetes();
        for (var i = 0; i < Targets; i++)
        {
            autoScaler.AddPolicy(new ScalingPolicy
            {
                Target = $"app-{i}",
                Range = new(1, 10),
                Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 70 }],
                Behavior = _behavior,
            });
        }

        var host = builder.Build();
        var started = host.StartAsync(Cancellation);
        await PassAsync(TimeSpan.FromSeconds(30), () => started.IsCompleted);
        await started;
        return host;
    }

    /// <summary>Lets time pass, many times as fast as it is, until something is so.</summary>
    private async Task PassAsync(TimeSpan most, Func<bool> isSo)
    {
        var end = _time.GetUtcNow() + most;
        while (!isSo())
        {
            Assert.True(_time.GetUtcNow() < end, $"Replicas: {string.Join(' ', _fleet.Replicas)}. {string.Join(Environment.NewLine, _log.Warnings)}");
            await Task.Delay(15, Cancellation); // Long enough for answers on a busy machine: what they take there is as much longer on this clock.
            _time.Advance(_step);
        }
    }

    /// <summary>The lines of all packages.</summary>
    private sealed class AllLines(LogLines lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => lines;

        public void Dispose()
        {
        }
    }
}
