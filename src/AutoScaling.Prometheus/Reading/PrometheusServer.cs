using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using AutoScaling.Prometheus.Client;
using AutoScaling.Prometheus.Primitives;
using AutoScaling.Prometheus.Settings;

namespace AutoScaling.Prometheus.Reading;

/// <summary>One server under one set of options, with its metrics and the expressions that policies brought. Thread-safe.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly FrozenDictionary<string, MetricQueries> _metrics;
    private readonly ConcurrentDictionary<string, MetricQueries> _expressions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly PrometheusOptions _options;
    private readonly QueryClient _client;
    private readonly TimeProvider _time;
    private long _sweptAt;
    private bool _disposed;

    /// <exception cref="ScalingException">An option is wrong.</exception>
    public PrometheusServer(PrometheusOptions options, Func<HttpClient> clients, TimeProvider time)
    {
        if (options.Errors() is { Count: > 0 } errors) throw new ScalingException(errors);
        (_options, _time) = (options, time);
        _client = new(options, clients, time);
        _sweptAt = time.GetTimestamp();
        _metrics = options.Metrics.ToFrozenDictionary(
            m => m.Key, m => Queries(MetricPlan.Of(m.Key, m.Value, options)), StringComparer.Ordinal);
    }

    /// <summary>The names of its metrics.</summary>
    public ImmutableArray<string> Names => _metrics.Keys;

    public bool Has(string name) => _metrics.ContainsKey(name);

    /// <summary>Reads metrics of a target. All queries are begun before one is waited for.</summary>
    public async ValueTask<ServiceMetrics> ReadAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var metric in request.Metrics) Begin(metric.Name, request.Target);
        var readings = ImmutableArray.CreateBuilder<MetricReading>(request.Metrics.Length);
        foreach (var metric in request.Metrics)
            readings.Add(await ReadAsync(metric, request.Target, cancellationToken).ConfigureAwait(false));
        return new(readings.MoveToImmutable());
    }

    /// <summary>
    /// What will be wrong with a metric as long as nobody corrects it; <see langword="null"/> if nothing is, or it cannot be found out.
    /// </summary>
    public async ValueTask<string?> CheckAsync(string name, ScalingTarget? target, CancellationToken cancellationToken)
    {
        var where = "";
        try
        {
            var queries = Find(name);

            // Without a target there is nothing to fill in.
            if (target is null && !queries.Plan.Query.IsShared) return null;
            var begun = queries.Begin(target ?? "any");
            var values = await begun.Value.GetAsync(cancellationToken).ConfigureAwait(false);
            if (SeriesReading.Broken(queries.Plan, values) is { } broken) return broken;
            if (begun.SampleTime is null) return null;
            where = SeriesReading.OfTime;
            await begun.SampleTime.GetAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PrometheusException e)
        {
            return e.IsLasting ? where + e.Message : null;
        }
        catch (ScalingException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _stop.Cancel();
        _stop.Dispose();
        _client.Dispose();
    }

    private void Begin(string name, ScalingTarget target)
    {
        try
        {
            Find(name).Begin(target);
        }
        catch (Exception e) when (e is PrometheusException or ScalingException)
        {
            // It is told when it is read.
        }
    }

    private async ValueTask<MetricReading> ReadAsync(MetricRef metric, ScalingTarget target, CancellationToken cancellationToken)
    {
        var isTime = false;
        try
        {
            var found = Find(metric.Name);
            var queries = found.Begin(target);
            var values = await queries.Value.GetAsync(cancellationToken).ConfigureAwait(false);
            isTime = true;
            var times = queries.SampleTime is { } time ? await time.GetAsync(cancellationToken).ConfigureAwait(false) : null;
            return new SeriesReading(found.Plan, metric, target).Of(values, times);
        }
        catch (Exception e) when (e is PrometheusException or ScalingException)
        {
            // One metric that cannot be read is no reason to give up the others.
            var reason = e is ScalingException ? e.Message.TrimEnd('.') : e.Message;
            return MetricReading.Failed(metric, isTime ? SeriesReading.OfTime + reason : reason);
        }
    }

    /// <summary>A metric; what is none is an expression.</summary>
    /// <exception cref="ScalingException">It is none, either.</exception>
    private MetricQueries Find(string name)
    {
        if (_metrics.TryGetValue(name, out var metric) || _expressions.TryGetValue(name, out metric)) return metric;
        Sweep();
        return _expressions.GetOrAdd(name, Queries(MetricPlan.Of(name, new() { Query = name }, _options)));
    }

    private MetricQueries Queries(MetricPlan plan) => new(
        plan, (query, shape, last) => _client.QueryAsync(query, shape, last, _stop.Token), _options.MaxAnswerAge, _time);

    // An expression that no policy has any more is forgotten.
    private void Sweep()
    {
        var swept = Volatile.Read(ref _sweptAt);
        if (_time.GetElapsedTime(swept) < Idle || Interlocked.CompareExchange(ref _sweptAt, _time.GetTimestamp(), swept) != swept) return;
        foreach (var pair in _expressions)
        {
            if (_time.GetElapsedTime(pair.Value.AskedAt) > Idle) _expressions.TryRemove(pair);
        }
    }
}
