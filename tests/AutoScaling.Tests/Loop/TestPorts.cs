using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>A metric source whose answer the test gives, per target if need be.</summary>
internal sealed class TestMetrics : IMetricsProvider
{
    public Func<ScalingTarget, CancellationToken, ValueTask<ServiceMetrics>> Answer { get; set; } = (_, _) => throw new InvalidOperationException("the test gave no answer");

    public ConcurrentBag<string> Asked { get; } = [];

    /// <summary>All that was asked, as <c>web: cpu, queue</c>.</summary>
    public ConcurrentBag<string> Requests { get; } = [];

    public static TestMetrics Cpu(TimeProvider time, Func<double> cpu) => new() { Answer = (_, _) => new(ServiceMetrics.Of(time.GetUtcNow(), cpu())) };

    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        Asked.Add(request.Target.Name);
        Requests.Add(request.ToString());
        return Answer(request.Target, cancellationToken);
    }
}

/// <summary>A scaler that passes calls on to a fake one, through what the test puts in between.</summary>
internal sealed class TestScaler(TimeProvider time, int replicas) : IScaler
{
    public FakeScaler Fake { get; } = new(time, replicas);

    public Func<ScalingTarget, CancellationToken, ValueTask<ReplicaStatus>>? Read { get; set; }

    public Func<ScalingTarget, CancellationToken, ValueTask<ScaleOutcome>>? Scale { get; set; }

    public Func<ScalingTarget, string>? Name { get; set; }

    public string Identify(ScalingTarget target) => Name?.Invoke(target) ?? $"'{target}'";

    public int Replicas(string target) => Fake.GetReplicasAsync(target, CancellationToken.None).AsTask().GetAwaiter().GetResult().Desired;

    public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) =>
        Read?.Invoke(target, cancellationToken) ?? Fake.GetReplicasAsync(target, cancellationToken);

    public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) =>
        Scale?.Invoke(target, cancellationToken) ?? Fake.ScaleAsync(target, from, to, cancellationToken);
}

/// <summary>What a port has answered with, which says when its caller awaits it.</summary>
internal sealed class AwaitedCall<T> : IValueTaskSource<T>
{
    private readonly Task<T> _call;
    private readonly Action _awaited;

    private AwaitedCall(Task<T> call, Action awaited) => (_call, _awaited) = (call, awaited);

    public static ValueTask<T> Of(Task<T> call, Action awaited) => new(new AwaitedCall<T>(call, awaited), 0);

    public T GetResult(short token) => _call.GetAwaiter().GetResult();

    public ValueTaskSourceStatus GetStatus(short token) =>
        !_call.IsCompleted ? ValueTaskSourceStatus.Pending
        : _call.IsCanceled ? ValueTaskSourceStatus.Canceled
        : _call.IsFaulted ? ValueTaskSourceStatus.Faulted
        : ValueTaskSourceStatus.Succeeded;

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _call.GetAwaiter().UnsafeOnCompleted(() => continuation(state));
        _awaited();
    }
}

/// <summary>Fake time whose wall clock somebody may set.</summary>
internal sealed class TestTime : FakeTimeProvider
{
    public TestTime() : base(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>How far somebody has set the wall clock; time itself goes on as before.</summary>
    public TimeSpan WallClockIsOff { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallClockIsOff;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}

/// <summary>Files that change while a test looks.</summary>
internal static class TestFiles
{
    /// <summary>Writes a file that is seen to have changed: two writes of one length within a tick of the kernel's clock would have the same time, too.</summary>
    public static void Change(string path, string content)
    {
        var written = File.Exists(path) ? File.GetLastWriteTimeUtc(path) : DateTime.UnixEpoch;
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, written.AddSeconds(1));
    }
}

/// <summary>An autoscaler on fake time with ports of the test; no host, no loop: the test calls <see cref="IAutoScaler.TickAsync"/>.</summary>
internal sealed class TestSystem : IDisposable
{
    private readonly Lazy<ServiceProvider> _services;

    public TestSystem(Action<AutoScalingBuilder> build, Action<AutoScalingOptions>? configure = null, int replicas = 4)
    {
        Scaler = new(Time, replicas);
        Metrics = TestMetrics.Cpu(Time, () => Cpu);
        _services = new(() =>
        {
            var services = new ServiceCollection().AddLogging(l => l.AddProvider(new FakeLoggerProvider(Log)).SetMinimumLevel(LogLevel.Debug));
            services.AddSingleton<TimeProvider>(Time);
            var builder = services.AddAutoScaling(o =>
            {
                o.RunLoop = false;
                o.StartJitter = 0;
                configure?.Invoke(o);
            });
            builder.UseMetrics(_ => Metrics).UseScaler(_ => Scaler);
            build(builder);
            return services.BuildServiceProvider();
        });
    }

    public TestTime Time { get; } = new();

    public TestMetrics Metrics { get; set; }

    public TestScaler Scaler { get; }

    public double Cpu { get; set; } = 50;

    public FakeLogCollector Log { get; } = new();

    public IAutoScaler AutoScaler => _services.Value.GetRequiredService<IAutoScaler>();

    public IServiceProvider Services => _services.Value;

    public void Dispose()
    {
        if (_services.IsValueCreated) _services.Value.Dispose();
    }
}
