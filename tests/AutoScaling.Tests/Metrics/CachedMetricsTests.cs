using System.Collections.Concurrent;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Metrics;

/// <summary>The cache keeps each metric for itself; see <see cref="CachingMetricsProviderTests"/> for what holds for all of them.</summary>
public sealed class CachedMetricsTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly ScriptedSource _source;
    private readonly CachingMetricsProvider _cache;

    public CachedMetricsTests()
    {
        _source = new() { Answer = (request, _) => new(Answer(request)) };
        _cache = new(_source, _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Get_MetricThatNobodyAsksForFails_IsOneFetchInTheTimeToLive()
    {
        _source.Answer = (_, _) => new(new ServiceMetrics(Value("cpu", 50), MetricReading.Failed("broken", "Prometheus answered 503")));
        for (var second = 0; second < 15; second++, Pass(1)) Assert.Equal(["cpu = 50"], Said(await Get("cpu")));
        Assert.Equal(["cpu"], _source.Asked);
    }

    [Fact]
    public async Task Get_OneMetricFails_OnlyThatOneIsAskedForAgain()
    {
        _source.Answer = (request, _) => new(Answer(request, failing: "broken"));
        for (var second = 0; second < 15; second++, Pass(1)) await Get("cpu", "broken");
        Assert.Equal(["cpu, broken", .. Enumerable.Repeat("broken", 14)], _source.Asked);
    }

    [Fact]
    public async Task Get_OneMetricFailed_OnlyThatOneKeepsItsLastValue()
    {
        await Get("cpu", "memory", "request_rate");
        Pass(15);
        _source.Answer = (_, _) => new(new ServiceMetrics(
            Value("cpu", 60),
            MetricReading.Failed("memory", "Prometheus answered 503"),
            MetricReading.Missing("request_rate", "the query has no result"),
            MetricReading.Failed("queue", "Prometheus answered 503")));
        var metrics = await Get("cpu", "memory", "request_rate", "queue");
        Assert.Equal((60, Noon.AddSeconds(15)), (metrics["cpu"].Value, metrics["cpu"].At));
        Assert.Equal((MetricStatus.Available, 50, Noon), (metrics["memory"].Status, metrics["memory"].Value, metrics["memory"].At));
        Assert.Equal("request_rate cannot be read: the query has no result", metrics["request_rate"].ToString());
        Assert.Equal("queue cannot be read: Prometheus answered 503", metrics["queue"].ToString());

        Pass(1);
        await Get("cpu", "memory", "request_rate", "queue");
        Assert.Equal("memory, queue", _source.Asked.Last()); // A failure expires as a failure does, what was read beside it does not.

        Pass(50);
        var later = await Get("cpu", "memory", "request_rate", "queue");
        Assert.Equal(
            "memory cannot be read: it is 1m 6s old, more than the 1m allowed while the source fails: Prometheus answered 503",
            later["memory"].ToString());
    }

    [Fact]
    public async Task Get_MetricThatIsNew_IsFetchedAloneBesideThoseThatAreKept()
    {
        await Get("cpu");
        Pass(5);
        Assert.Equal(["cpu = 50", "queue = 50"], Said(await Get("cpu", "queue")));
        Assert.Equal(["queue = 50", "cpu = 50"], Said(await Get("queue", "cpu")));
        Pass(10);
        await Get("cpu", "queue");
        Assert.Equal(["cpu", "queue", "cpu"], _source.Asked);
    }

    [Fact]
    public async Task Get_SeveralExpired_AreOneCall()
    {
        await Get("cpu", "memory", "queue");
        Pass(15);
        await Get("queue", "cpu");
        Assert.Equal(["cpu, memory, queue", "queue, cpu"], _source.Asked);
    }

    [Fact]
    public async Task Get_PartOfWhatIsKept_AsksNobody()
    {
        await Get("cpu", "memory");
        Assert.Equal(["memory = 50"], Said(await Get("memory")));
        Assert.Equal(1, _source.Calls);
    }

    [Fact]
    public async Task Get_SeveralMetricsKept_AllocatesNothing()
    {
        // Each request has an array of its own, as after a reload of the policies: the contents count.
        MetricsRequest first = new("web", "cpu", "memory"), again = new("web", "cpu", "memory");
        await _cache.GetMetricsAsync(first, Token);
        var isCompleted = false;
        Assert.Equal(0, Allocations.Least(() => isCompleted = IsCompleted(_cache.GetMetricsAsync(again, Token))));
        Assert.True(isCompleted);
    }

    [Fact]
    public async Task Get_MetricThatIsNotAnswered_IsMissingAndKeptAsSuch()
    {
        _source.Answer = (_, _) => new(new ServiceMetrics(Value("cpu", 50)));
        for (var i = 0; i < 3; i++)
        {
            var reading = (await Get("cpu", "queue"))["queue"];
            Assert.Equal((MetricStatus.Missing, "the source returned no such metric"), (reading.Status, reading.Reason));
        }

        Assert.Equal(1, _source.Calls);
    }

    [Fact]
    public async Task Get_NoMetricsAtAll_AsksNobody()
    {
        Assert.Empty(await Get());
        Assert.Equal(0, _source.Calls);
    }

    [Fact]
    public async Task Get_SourceThrowsForAMetricThatIsNew_GivesTheOthersAndSaysWhy()
    {
        await Get("cpu");
        _source.Answer = (_, _) => throw new IOException("connection refused");
        Assert.Equal(["cpu = 50", "queue cannot be read: connection refused"], Said(await Get("cpu", "queue")));
        await Assert.ThrowsAsync<IOException>(() => Get("queue"));
        Assert.Equal(["cpu", "queue"], _source.Asked);
    }

    [Fact]
    public async Task Get_OverlappingRequests_ReadNoMetricTwiceAtOnce()
    {
        var gates = new ConcurrentQueue<TaskCompletionSource>();
        _source.Answer = async (request, _) =>
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            gates.Enqueue(gate);
            await gate.Task;
            return Answer(request);
        };
        Task<ServiceMetrics> one = Get("cpu", "memory"), two = Get("memory", "queue"), three = Get("queue", "cpu");
        Assert.Equal(["cpu, memory", "queue"], _source.Asked);

        Open(gates);
        Assert.Equal(["cpu = 50", "memory = 50"], Said(await Soon(one)));
        Assert.False(two.IsCompleted);
        Open(gates);
        Assert.Equal(["memory = 50", "queue = 50"], Said(await Soon(two)));
        Assert.Equal(["queue = 50", "cpu = 50"], Said(await Soon(three)));
        Assert.Equal(2, _source.Calls);
    }

    [Fact]
    public async Task Get_ManyThreadsWithOverlappingRequests_NeverReadAMetricTwiceAtOnce()
    {
        string[] names = ["a", "b", "c", "d"];
        var running = new ConcurrentDictionary<string, int>();
        var most = 0;
        using var cache = new CachingMetricsProvider(_source, _time, new() { FetchTimeout = TimeSpan.FromDays(1) }); // Time flies in here.
        _source.Answer = async (request, _) =>
        {
            foreach (var metric in request.Metrics)
            {
                if (running.AddOrUpdate(metric.Name, 1, (_, count) => count + 1) > 1) Interlocked.Exchange(ref most, 2);
            }

            await Task.Yield();
            foreach (var metric in request.Metrics) running.AddOrUpdate(metric.Name, 0, (_, count) => count - 1);
            return Answer(request, failing: "d");
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, 4000), Token, async (i, _) =>
        {
            if (i % 10 == 0) Pass(5);
            MetricsRequest request = new("web", [.. Enumerable.Range(i % 4, 1 + i % 3).Select(n => new MetricRef(names[n % 4]))]);
            var metrics = await cache.GetMetricsAsync(request, Token);
            Assert.Equal(request.Metrics, metrics.Select(reading => reading.Metric));
        });
        Assert.Equal(0, most);
    }

    [Fact]
    public async Task Get_MetricNoLongerAskedFor_IsForgottenBesideOneThatIs()
    {
        await Get("old");
        for (var second = 0; second <= 75; second += 15)
        {
            await Get("cpu");
            Pass(15);
        }

        _source.Answer = (_, _) => throw new IOException("connection refused");
        await Assert.ThrowsAsync<IOException>(() => Get("old")); // Its last value is gone, not stale.
    }

    [Fact]
    public void Get_AnySteps_AnswersAndAsksAsTheModelDoes() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[1, 7], Gen.Int[0, 3].Array[3], Gen.Bool).Array[1, 30].Sample(steps =>
        {
            var time = new FakeTimeProvider(Noon);
            ServiceMetrics? answer = null;
            var source = new ScriptedSource { Answer = (_, _) => answer is null ? throw new IOException("refused") : new(answer) };
            using var cache = new CachingMetricsProvider(source, time);
            var model = new Model();
            foreach (var (seconds, asked, kinds, throws) in steps)
            {
                time.Advance(TimeSpan.FromSeconds(seconds));
                answer = throws ? null : new([.. kinds.SelectMany((kind, i) => Reading($"m{i}", kind, time.GetUtcNow()))]);
                string[] names = [.. Enumerable.Range(0, 3).Where(i => (asked & (1 << i)) != 0).Select(i => $"m{i}")];
                var calls = source.Calls;
                var task = cache.GetMetricsAsync(new("web", [.. names.Select(n => new MetricRef(n))]), Token).AsTask();

                var (fetched, said) = model.Ask(names, answer, time.GetUtcNow());
                Assert.Equal(fetched.Length == 0 ? calls : calls + 1, source.Calls);
                if (fetched.Length > 0) Assert.Equal(fetched, source.Asked.Last());
                Assert.Equal(said, task.IsFaulted ? task.Exception!.InnerException!.Message : string.Join("; ", Said(task.Result)));
            }
        });

    private static IEnumerable<MetricReading> Reading(string name, int kind, DateTimeOffset at) => kind switch
    {
        0 => [MetricReading.Available(name, at.ToUnixTimeSeconds() - Noon.ToUnixTimeSeconds(), at)],
        1 => [MetricReading.Missing(name, "none")],
        2 => [MetricReading.Failed(name, "503")],
        _ => [], // The source leaves it out.
    };

    private static bool IsCompleted(ValueTask<ServiceMetrics> answer) => answer.IsCompletedSuccessfully;

    private static void Open(ConcurrentQueue<TaskCompletionSource> gates)
    {
        Assert.True(gates.TryDequeue(out var gate));
        gate.SetResult();
    }

    // A wait that hangs fails its own test, not the whole run.
    private static Task<ServiceMetrics> Soon(Task<ServiceMetrics> answer) => answer.WaitAsync(TimeSpan.FromSeconds(30), Token);

    private static IEnumerable<string> Said(ServiceMetrics metrics) => metrics.Select(reading => reading.ToString());

    private MetricReading Value(string name, double value) => MetricReading.Available(name, value, _time.GetUtcNow());

    private ServiceMetrics Answer(MetricsRequest request, string? failing = null) =>
        new([.. request.Metrics.Select(m => m.Name == failing ? MetricReading.Failed(m, "Prometheus answered 503") : Value(m.Name, 50))]);

    private Task<ServiceMetrics> Get(params MetricRef[] metrics) => _cache.GetMetricsAsync(new("web", [.. metrics]), Token).AsTask();

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>The cache in its simplest form: each metric has an expiry, a last word and a last value.</summary>
    private sealed class Model
    {
        private readonly Dictionary<string, Kept> _kept = [];
        private DateTimeOffset _sweptAt = Noon;

        public (string Fetched, string Said) Ask(string[] names, ServiceMetrics? answer, DateTimeOffset now)
        {
            string[] due = [.. names.Where(name => !_kept.TryGetValue(name, out var kept) || now >= kept.At.AddSeconds(kept.Life))];
            foreach (var name in due)
            {
                var old = _kept.GetValueOrDefault(name);
                var reading = answer?[name];
                if (reading is null) _kept[name] = new(now, 1, "refused", old?.Value, old?.Answered == true);
                else if (reading.Status == MetricStatus.Failed) _kept[name] = new(now, 1, "503", old?.Value, Answered: true);
                else _kept[name] = new(now, 15, reading.Reason, reading.Status == MetricStatus.Available ? reading : null, Answered: true);
            }

            if (due.Length > 0 && now >= _sweptAt.AddSeconds(75))
            {
                _sweptAt = now;
                foreach (var (name, _) in _kept.Where(one => now >= one.Value.At.AddSeconds(75)).ToList()) _kept.Remove(name);
            }

            var known = names.Select(name => (Name: name, Kept: _kept[name])).ToList();
            return (string.Join(", ", due), known.TrueForAll(one => !one.Kept.Answered)
                ? "refused"
                : string.Join("; ", known.Select(one => Say(one.Name, one.Kept, now))));
        }

        private static string Say(string name, Kept kept, DateTimeOffset now)
        {
            if (kept.Value is null) return $"{name} cannot be read: {kept.Word}";
            var seconds = (now - kept.Value.At).TotalSeconds;
            if (kept.Life == 15 || seconds <= 60) return $"{kept.Value}";
            var minutes = Math.Floor(seconds / 60);
            var rest = seconds % 60 == 0 ? "" : $" {seconds % 60}s";
            return $"{name} cannot be read: it is {minutes}m{rest} old, more than the 1m allowed while the source fails: {kept.Word}";
        }

        private sealed record Kept(DateTimeOffset At, int Life, string? Word, MetricReading? Value, bool Answered);
    }
}
