using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Metrics;

public sealed class CachingMetricsProviderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly MetricsRequest Web = new("web", MetricRef.Cpu);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly ScriptedSource _source;
    private readonly CachingMetricsProvider _cache;

    public CachingMetricsProviderTests()
    {
        _source = new() { Answer = (_, _) => new(Now(50)) };
        _cache = new(_source, _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Get_WithinTheTimeToLive_AsksTheSourceOnce()
    {
        var first = await Get();
        Pass(14.999);
        Assert.Same(first, await Get());
        Assert.Equal(1, _source.Calls);
    }

    [Fact]
    public async Task Get_WhenTheTimeToLiveIsOver_AsksAgain()
    {
        await Get();
        Pass(15);
        _source.Answer = (_, _) => new(Now(60));
        Assert.Equal((60, Noon.AddSeconds(15)), Cpu(await Get()));
        Assert.Equal(2, _source.Calls);
    }

    [Fact]
    public async Task Get_OtherTarget_HasItsOwnAnswer()
    {
        _source.Answer = (request, _) => new(Now(request.Target.Name.Length));
        Assert.Equal(3, Cpu(await Get("web")).Value);
        Assert.Equal(5, Cpu(await Get("queue")).Value);
        Assert.Equal(2, _source.Calls);
    }

    [Fact]
    public async Task Get_Kept_CompletesAtOnceWithoutAllocating()
    {
        await Get();
        var isCompleted = false;
        Assert.Equal(0, Allocations.Least(() => isCompleted = IsCompleted(_cache.GetMetricsAsync(Web, Token))));
        Assert.True(isCompleted);
    }

    [Fact]
    public async Task Get_SourceThatAnswersAtOnce_CompletesAtOnce()
    {
        var answer = _cache.GetMetricsAsync(Web, Token).AsTask();
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(50, Cpu(await answer).Value);
    }

    [Fact]
    public async Task Get_ConcurrentMisses_ShareOneFetch() =>
        await Gen.Select(Gen.Int[1, 24], Gen.Int[1, 3]).SampleAsync(async (callers, targets) =>
        {
            var gate = new TaskCompletionSource();
            var source = new ScriptedSource { Answer = async (request, _) => { await gate.Task; return Now(request.Target.Name[0]); } };
            using var cache = new CachingMetricsProvider(source, _time);

            // Every caller holds its unfinished answer before the gate opens, so all of them missed at the same time.
            var answers = await Task.WhenAll(Enumerable.Range(0, callers * targets).Select(i =>
                Task.Run(() => Task.FromResult(cache.GetMetricsAsync(new(Name(i % targets), MetricRef.Cpu), Token).AsTask()))));
            Assert.All(answers, answer => Assert.False(answer.IsCompleted));
            gate.SetResult();

            var readings = await Task.WhenAll(answers);
            Assert.Equal(targets, source.Calls);
            for (var i = 0; i < readings.Length; i++) Assert.Equal(Name(i % targets)[0], Cpu(readings[i]).Value);
        }, iter: 50, threads: 1);

    [Fact]
    public async Task Get_ManyThreadsAcrossExpiry_NeverFetchesATargetTwiceAtOnce()
    {
        int running = 0, most = 0;
        using var cache = new CachingMetricsProvider(_source, _time, new() { FetchTimeout = TimeSpan.FromDays(1) }); // Time flies in here.
        _source.Answer = async (_, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return Now(50);
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, 4000), Token, async (i, _) =>
        {
            if (i % 10 == 0) Pass(15);
            await cache.GetMetricsAsync(Web, Token);
        });
        Assert.Equal(1, most);
        Assert.InRange(_source.Calls, 2, 401);
    }

    [Fact]
    public async Task Get_FetchCompletedJustAfterTheMiss_UsesItsAnswer()
    {
        var time = new InterruptibleTime(Noon);
        using var cache = new CachingMetricsProvider(_source, time);
        await cache.GetMetricsAsync(Web, Token);
        time.Advance(TimeSpan.FromSeconds(15));

        // While the caller looks whether the answer has expired, another one asks and gets a new answer.
        Task<ServiceMetrics>? other = null;
        time.Interruption = () => other = cache.GetMetricsAsync(Web, Token).AsTask();
        var answer = await cache.GetMetricsAsync(Web, Token);
        Assert.Same(await other!, answer);
        Assert.Equal(2, _source.Calls);
    }

    [Fact]
    public async Task Get_OneCallerCancelled_OthersStillGetTheAnswer()
    {
        var gate = Gate();
        using var impatience = new CancellationTokenSource();
        var impatient = _cache.GetMetricsAsync(Web, impatience.Token).AsTask(); // The one that started the fetch.
        var patient = _cache.GetMetricsAsync(Web, Token).AsTask();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(impatient));
        Assert.False(_source.LastToken.IsCancellationRequested);
        gate.SetResult(Now(70));
        Assert.Equal(70, Cpu(await Soon(patient)).Value);
        Assert.Equal(1, _source.Calls);
    }

    [Fact]
    public async Task Get_EveryCallerCancelled_TheFetchServesTheNext()
    {
        var gate = Gate();
        using var impatience = new CancellationTokenSource();
        var impatient = _cache.GetMetricsAsync(Web, impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(impatient));

        gate.SetResult(Now(70));
        Assert.Equal(70, Cpu(await Get()).Value);
        Assert.Equal(1, _source.Calls);
    }

    [Fact]
    public async Task Get_CancelledBeforeAMiss_DoesNotAskTheSource()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _cache.GetMetricsAsync(Web, new(canceled: true)));
        Assert.Equal(0, _source.Calls);
    }

    [Fact]
    public async Task Get_SourceFailsAfterExpiry_GivesTheLastValueWithItsTime()
    {
        await Get();
        Fail("connection refused");
        Pass(60);
        var metrics = await Get();
        Assert.Equal((50, Noon), Cpu(metrics));
        Assert.Equal(MetricStatus.Available, metrics[MetricRef.Cpu].Status);
    }

    [Fact]
    public async Task Get_SourceFailsBeyondTheStaleAge_IsStaleAndSaysWhy()
    {
        await Get();
        Fail("connection refused");
        Pass(60.001);
        var reading = (await Get())[MetricRef.Cpu];
        Assert.Equal((MetricStatus.Stale, 50, Noon), (reading.Status, reading.Value, reading.At));
        Assert.Equal("cpu cannot be read: it is 1m 1s old, more than the 1m allowed while the source fails: connection refused", reading.ToString());
    }

    [Fact]
    public async Task Get_SourceFailsAgainAndAgain_AgesTheSameValue()
    {
        await Get();
        Fail("connection refused");
        for (var second = 15; second <= 75; second += 15)
        {
            Pass(15);
            var reading = (await Get())[MetricRef.Cpu];
            Assert.Equal((second <= 60 ? MetricStatus.Available : MetricStatus.Stale, Noon), (reading.Status, reading.At));
        }
    }

    [Fact]
    public async Task Get_ValueThatWasOldWhenFetched_AgesFromItsMeasurement()
    {
        _source.Answer = (_, _) => new(ServiceMetrics.Of(Noon.AddSeconds(-50), 50));
        await Get();
        Fail("connection refused");
        Pass(15);
        Assert.Equal("it is 1m 5s old, more than the 1m allowed while the source fails: connection refused", (await Get())[MetricRef.Cpu].Reason);
    }

    [Fact]
    public async Task Get_SourceWhoseClockRunsAhead_AgesFromTheFetch()
    {
        _source.Answer = (_, _) => new(ServiceMetrics.Of(Noon.AddHours(1), 50));
        await Get();
        Fail("connection refused");
        Pass(90);
        Assert.Equal("it is 1m 30s old, more than the 1m allowed while the source fails: connection refused", (await Get())[MetricRef.Cpu].Reason);
    }

    [Fact]
    public async Task Get_NothingEverRead_ThrowsWhatTheSourceThrew()
    {
        var error = Fail("connection refused");
        Assert.Same(error, await Assert.ThrowsAsync<IOException>(Get));
    }

    [Fact]
    public async Task Get_FailureWithinItsTimeToLive_IsNotAskedForAgain()
    {
        Fail("connection refused");
        for (var i = 0; i < 5; i++) await Assert.ThrowsAsync<IOException>(Get);
        Assert.Equal(1, _source.Calls);

        Pass(0.999);
        await Assert.ThrowsAsync<IOException>(Get);
        Assert.Equal(1, _source.Calls);

        Pass(0.001);
        await Assert.ThrowsAsync<IOException>(Get);
        Assert.Equal(2, _source.Calls);
    }

    [Fact]
    public async Task Get_FailureWithALastValue_IsNotKeptForTheWholeTimeToLive()
    {
        await Get();
        Fail("connection refused");
        Pass(15);
        await Get();
        _source.Answer = (_, _) => new(Now(80));
        Assert.Equal(50, Cpu(await Get()).Value);
        Pass(1);
        Assert.Equal((80, Noon.AddSeconds(16)), Cpu(await Get()));
    }

    [Fact]
    public async Task Get_MissingAndThenFailing_DoesNotReturnToTheOlderValue()
    {
        await Get();
        Pass(15);
        _source.Answer = (_, _) => new(new ServiceMetrics(MetricReading.Missing(MetricRef.Cpu, "the query has no result")));
        await Get();
        Pass(15);
        Fail("connection refused");
        var reading = (await Get())[MetricRef.Cpu];
        Assert.Equal((MetricStatus.Failed, "connection refused"), (reading.Status, reading.Reason));
    }

    [Fact]
    public async Task Get_SourceRecovers_GivesItsValues()
    {
        await Get();
        Fail("connection refused");
        Pass(100);
        Assert.Equal(MetricStatus.Stale, (await Get())[MetricRef.Cpu].Status);
        _source.Answer = (_, _) => new(Now(80));
        Pass(1);
        Assert.Equal((80, Noon.AddSeconds(101)), Cpu(await Get()));
        Pass(14);
        await Get();
        Assert.Equal(3, _source.Calls);
    }

    [Fact]
    public async Task Get_SourceThatNeverAnswers_FailsAtTheFetchTimeout()
    {
        Gate(); // It ignores its token.
        var waiting = Get();
        Pass(9.999);
        Assert.False(waiting.IsCompleted);
        Pass(0.001);
        Assert.Equal("the source did not answer within 10s", (await Assert.ThrowsAsync<TimeoutException>(() => Soon(waiting))).Message);
        Assert.True(_source.LastToken.IsCancellationRequested);

        Pass(1);
        _source.Answer = (_, _) => new(Now(80));
        Assert.Equal(80, Cpu(await Get()).Value);
    }

    [Fact]
    public async Task Get_SourceHangsAfterExpiry_GivesTheLastValueAtTheFetchTimeout()
    {
        await Get();
        Pass(15);
        _source.Answer = async (_, token) => { await Task.Delay(Timeout.InfiniteTimeSpan, token); return ServiceMetrics.Empty; };
        var waiting = Get();
        Pass(10);
        Assert.Equal((50, Noon), Cpu(await Soon(waiting)));
    }

    [Fact]
    public async Task Get_SourceTimesOutByItself_IsAFailureAndNotACancellation()
    {
        await Get();
        Pass(15);
        _source.Answer = (_, _) => throw new TaskCanceledException("HttpClient.Timeout elapsed");
        Assert.Equal((50, Noon), Cpu(await Get()));
        Pass(60);
        Assert.Equal("it is 1m 15s old, more than the 1m allowed while the source fails: HttpClient.Timeout elapsed", (await Get())[MetricRef.Cpu].Reason);
    }

    [Fact]
    public async Task Get_SourceAnswersNull_IsAFailure()
    {
        _source.Answer = (_, _) => new((ServiceMetrics)null!);
        Assert.Equal("the source answered null", (await Assert.ThrowsAsync<InvalidOperationException>(Get)).Message);
    }

    [Fact]
    public async Task Get_SourceAnswersWithNullReadings_IsAFailureToo()
    {
        _source.Answer = (_, _) => new(new ServiceMetrics([null!]));
        await Assert.ThrowsAsync<NullReferenceException>(() => Soon(Get()));
    }

    [Fact]
    public async Task Get_WithoutStaleAge_NeverGivesAnExpiredValueAsUsable()
    {
        using var cache = new CachingMetricsProvider(_source, _time, new() { MaxStaleAge = TimeSpan.Zero });
        await cache.GetMetricsAsync(Web, Token);
        Fail("connection refused");
        Pass(15);
        var metrics = await cache.GetMetricsAsync(Web, Token);
        Assert.Equal("it is 15s old, more than the 0s allowed while the source fails: connection refused", metrics[MetricRef.Cpu].Reason);
    }

    [Fact]
    public async Task Get_WithoutFailureTimeToLive_AsksEachTime()
    {
        using var cache = new CachingMetricsProvider(_source, _time, new() { FailureTimeToLive = TimeSpan.Zero });
        Fail("connection refused");
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<IOException>(async () => await cache.GetMetricsAsync(Web, Token));
        Assert.Equal(3, _source.Calls);
    }

    [Fact]
    public async Task Get_TargetsNoLongerAskedFor_AreForgotten()
    {
        for (var i = 0; i < 1000; i++) await Get($"old-{i}");
        for (var second = 0; second < 75; second += 15)
        {
            await Get("web");
            Pass(15);
        }

        Assert.Equal(1001, _cache.Count);
        await Get("web"); // Its fetch sweeps.
        Assert.Equal(1, _cache.Count);
        await Get("old-0");
        Assert.Equal(2, _cache.Count);
    }

    [Fact]
    public async Task Get_FailingTargetsNoLongerAskedFor_AreForgottenToo()
    {
        Fail("connection refused");
        for (var i = 0; i < 10; i++) await Assert.ThrowsAsync<IOException>(() => Get($"old-{i}"));
        Pass(80);
        await Assert.ThrowsAsync<IOException>(Get);
        Assert.Equal(1, _cache.Count);
    }

    [Fact]
    public async Task Get_TargetWithAFetchUnderWay_IsNotForgotten()
    {
        using var cache = new CachingMetricsProvider(_source, _time, new() { FetchTimeout = TimeSpan.FromDays(1) });
        await cache.GetMetricsAsync(Web, Token);
        Pass(200);
        var gate = Gate();
        var first = cache.GetMetricsAsync(Web, Token).AsTask();
        _source.Answer = (_, _) => new(Now(1));
        await cache.GetMetricsAsync(new("api", MetricRef.Cpu), Token); // Its fetch sweeps.
        var second = cache.GetMetricsAsync(Web, Token).AsTask();

        gate.SetResult(Now(70));
        Assert.Same(await Soon(first), await Soon(second));
        Assert.Equal(3, _source.Calls);
    }

    [Fact]
    public async Task Dispose_FetchUnderWay_CancelsIt()
    {
        _source.Answer = async (_, token) => { await Task.Delay(Timeout.InfiniteTimeSpan, token); return ServiceMetrics.Empty; };
        var waiting = Get();
        _cache.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Soon(waiting));
        Assert.True(_source.LastToken.IsCancellationRequested);
        await Assert.ThrowsAsync<ObjectDisposedException>(Get);
    }

    [Fact]
    public void Constructor_BadOptions_ReportsEveryOne()
    {
        var options = new MetricsCacheOptions
        {
            TimeToLive = TimeSpan.Zero,
            MaxStaleAge = TimeSpan.FromSeconds(-1),
            FailureTimeToLive = TimeSpan.FromSeconds(2),
            FetchTimeout = TimeSpan.FromDays(2),
        };
        var error = Assert.Throws<ScalingException>(() => new CachingMetricsProvider(_source, _time, options));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(
            [
                "TimeToLive must be more than 0, but is 0s.",
                "MaxStaleAge must be at least 0, but is -1s.",
                "FailureTimeToLive must be between 0 and TimeToLive (0s), but is 2s.",
                "FetchTimeout must be more than 0 and at most 24 hours, but is 2d.",
            ],
            error.Errors);
    }

    // A wait that hangs fails its own test, not the whole run.
    private static Task<ServiceMetrics> Soon(Task<ServiceMetrics> answer) => answer.WaitAsync(TimeSpan.FromSeconds(30), Token);

    private static string Name(int index) => $"{(char)('a' + index)}";

    private static (double Value, DateTimeOffset At) Cpu(ServiceMetrics metrics) => (metrics[MetricRef.Cpu].Value, metrics[MetricRef.Cpu].At);

    private static bool IsCompleted(ValueTask<ServiceMetrics> answer) => answer.IsCompletedSuccessfully;

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, value, seen);
    }

    private Task<ServiceMetrics> Get() => Get("web");

    private Task<ServiceMetrics> Get(string name) => _cache.GetMetricsAsync(new(name, MetricRef.Cpu), Token).AsTask();

    private ServiceMetrics Now(double cpu) => ServiceMetrics.Of(_time.GetUtcNow(), cpu);

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private IOException Fail(string message)
    {
        var error = new IOException(message);
        _source.Answer = (_, _) => ValueTask.FromException<ServiceMetrics>(error);
        return error;
    }

    private TaskCompletionSource<ServiceMetrics> Gate()
    {
        var gate = new TaskCompletionSource<ServiceMetrics>(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.Answer = (_, _) => new(gate.Task);
        return gate;
    }

    private sealed class InterruptibleTime(DateTimeOffset now) : FakeTimeProvider(now)
    {
        public Action? Interruption { get; set; }

        public override long GetTimestamp()
        {
            var interruption = Interruption;
            Interruption = null;
            interruption?.Invoke();
            return base.GetTimestamp();
        }
    }
}
