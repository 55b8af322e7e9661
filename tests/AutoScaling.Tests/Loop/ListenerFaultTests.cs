using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Tests.Loop;

/// <summary>Those who listen to the loop and throw, and what nobody expected: evaluations go on, and everybody else is told.</summary>
public sealed class ListenerFaultTests
{
    // Listeners hear all that the process measures. Of those that throw others must hear nothing, as other tests listen at the same time.
    private const string Target = "throwing";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tick_MeterActivityAndLogAllThrow_EvaluationsAreUnharmedAndObserversAreTold()
    {
        var told = 0;
        using var system = new TestSystem(b =>
        {
            b.AddPolicy(Target).OnEvaluated(_ => told++);
            b.Services.AddMetrics().AddLogging(l => l.AddProvider(new ThrowingLogs()));
        });
        system.Cpu = 90;
        var meters = system.Services.GetRequiredService<IMeterFactory>();
        var names = new HashSet<string>();
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == AutoScalingTelemetry.MeterName && instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
            },
        };
        meter.SetMeasurementEventCallback<double>((instrument, _, _, _) => Throw(instrument));
        meter.SetMeasurementEventCallback<long>((instrument, _, _, _) => Throw(instrument));
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AutoScalingTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("autoscaling.target"), Target)) throw new InvalidOperationException("a listener's own trouble");
            },
        };
        ActivitySource.AddActivityListener(activities);
        meter.Start();

        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        system.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal((6, 2), (system.Scaler.Replicas(Target), told));
        Assert.Superset(new HashSet<string>(["autoscaling.evaluation.duration", "autoscaling.decisions", "autoscaling.outcomes"]), names);

        void Throw(Instrument instrument)
        {
            lock (names) names.Add(instrument.Name);
            throw new InvalidOperationException("a listener's own trouble");
        }
    }

    [Fact]
    public async Task Tick_SomethingBreaksThatNobodyExpected_IsAnErrorInTheLogWithTheTarget()
    {
        var time = new BreakingTime();
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("other").Services.AddSingleton<TimeProvider>(time), o => o.MaxConcurrency = 1);
        system.Metrics.Answer = (target, _) =>
        {
            // The time of the decision, and then that of the error.
            if (target.Name == "web") time.Breaks = 2;
            return new(ServiceMetrics.Of(system.Time.GetUtcNow(), 50));
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => system.AutoScaler.TickAsync(Stop));
        var error = Assert.Single(system.Log.GetSnapshot(), r => r.Id == 35);
        Assert.Equal(LogLevel.Error, error.Level);
        Assert.StartsWith("web could not be evaluated, for a reason that nobody expected: ", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.Exception);
        Assert.NotNull(system.AutoScaler.GetStatus("other").LastEvaluatedAt);
    }

    [Fact]
    public async Task Evaluate_ATokenIsCancelledAndItsCallbackThrows_TheTargetFailsAloneAndTheNextTickGoesOn()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Metrics.Answer = async (_, stop) =>
        {
            await using var registered = stop.UnsafeRegister(_ => throw new InvalidOperationException("a callback's own trouble"), null);
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return ServiceMetrics.Empty;
        };
        var evaluation = system.AutoScaler.EvaluateAsync("web", Stop);
        await asked.Task;
        system.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("web: cpu cannot be used (it did not answer within 5s).", (await evaluation).Error);

        system.Metrics.Answer = (_, _) => new(ServiceMetrics.Of(system.Time.GetUtcNow(), 90));
        do
        {
            // The call that was cut off may take a moment to come back.
            system.Time.Advance(TimeSpan.FromSeconds(30));
            await system.AutoScaler.TickAsync(Stop);
        }
        while (system.AutoScaler.GetStatus("web").LastError is not null);
        Assert.Equal(6, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Tick_CutOffAndACallbackOfAPortThrows_EndsAsCancelled()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        using var cut = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Metrics.Answer = async (_, stop) =>
        {
            await using var registered = stop.UnsafeRegister(_ => throw new InvalidOperationException("a callback's own trouble"), null);
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return ServiceMetrics.Empty;
        };
        var tick = system.AutoScaler.TickAsync(cut.Token);
        await asked.Task;
        await cut.CancelAsync(); // throws here what a port's callback throws, if nobody catches it
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tick);
    }

    [Fact]
    public async Task Evaluate_TheHostIsDisposed_IsRefusedAndAsksNothing()
    {
        var system = new TestSystem(b => b.AddPolicy("web"));
        var autoScaler = system.AutoScaler;
        await autoScaler.EvaluateAsync("web", Stop);
        var asked = system.Metrics.Asked.Count;
        system.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => autoScaler.EvaluateAsync("web", Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => autoScaler.ScaleAsync("web", 5, cancellationToken: Stop));
        Assert.Equal(asked, system.Metrics.Asked.Count);
        Assert.Equal(4, system.Scaler.Replicas("web"));
    }

    private sealed class ThrowingLogs : ILoggerProvider, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("AutoScaling", StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public bool IsEnabled(LogLevel logLevel) => throw new InvalidOperationException("a log's own trouble");

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("a log's own trouble");

        public void Dispose()
        {
        }
    }

    /// <summary>A clock that breaks now and then.</summary>
    private sealed class BreakingTime : TimeProvider
    {
        private readonly TestTime _time = new();

        /// <summary>How often it is broken from now on.</summary>
        public int Breaks { get; set; }

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() =>
            Breaks > 0 && Breaks-- > 0 ? throw new InvalidOperationException("The clock is broken.") : _time.GetUtcNow();

        public override long GetTimestamp() => _time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _time.CreateTimer(callback, state, dueTime, period);
    }
}
