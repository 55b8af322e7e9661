using System.Collections.Concurrent;
using AutoScaling.Prometheus.Client;
using AutoScaling.Prometheus.Primitives;
using AutoScaling.Prometheus.Queries;
using AutoScaling.Prometheus.Settings;

namespace AutoScaling.Prometheus.Reading;

/// <summary>The queries of one metric: one for all targets, or one for each. Thread-safe.</summary>
internal sealed class MetricQueries
{
    // Targets come and go; a query that nobody asked for since is forgotten.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, TargetQueries> _targets = new(StringComparer.Ordinal);
    private readonly Func<string, AnswerShape, Answer?, Task<Answer>> _ask;
    private readonly TimeSpan _maxAge;
    private readonly TimeProvider _time;
    private readonly AnswerShape _shape;
    private readonly TargetQueries? _shared;
    private long _sweptAt;

    /// <param name="plan">The metric.</param>
    /// <param name="ask">Asks the server.</param>
    /// <param name="maxAge">How old an answer may be.</param>
    /// <param name="time">The clock.</param>
    public MetricQueries(MetricPlan plan, Func<string, AnswerShape, Answer?, Task<Answer>> ask, TimeSpan maxAge, TimeProvider time)
    {
        (Plan, _ask, _maxAge, _time) = (plan, ask, maxAge, time);
        _shape = new(plan.Query.IsShared ? plan.Target : null, plan.ReplicaLabel);
        _sweptAt = AskedAt = time.GetTimestamp();
        if (plan.Query.IsShared) _shared = Create("");
    }

    public MetricPlan Plan { get; }

    /// <summary>When somebody last asked for it.</summary>
    public long AskedAt
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    }

    /// <summary>The queries that a target is read by, begun.</summary>
    /// <exception cref="PrometheusException">The target has none.</exception>
    public TargetQueries Begin(ScalingTarget target)
    {
        AskedAt = _time.GetTimestamp();
        var queries = _shared ?? Of(target.Name);
        queries.Value.Begin();
        queries.SampleTime?.Begin();
        return queries;
    }

    private TargetQueries Of(string target)
    {
        if (!_targets.TryGetValue(target, out var queries))
        {
            Sweep();
            queries = _targets.GetOrAdd(target, Create(target));
        }

        queries.AskedAt = AskedAt;
        return queries;
    }

    private TargetQueries Create(string target) => new(Query(Plan.Query, target), Plan.SampleTime is { } time ? Query(time, target) : null);

    private SharedQuery Query(QueryTemplate template, string target)
    {
        var text = template.Fill(target);
        return new(last => _ask(text, _shape, last), _maxAge, _time);
    }

    private void Sweep()
    {
        var swept = Volatile.Read(ref _sweptAt);
        if (_time.GetElapsedTime(swept) < Idle || Interlocked.CompareExchange(ref _sweptAt, _time.GetTimestamp(), swept) != swept) return;
        foreach (var pair in _targets)
        {
            if (_time.GetElapsedTime(pair.Value.AskedAt) > Idle) _targets.TryRemove(pair);
        }
    }
}

/// <summary>The queries that a target is read by.</summary>
internal sealed class TargetQueries(SharedQuery value, SharedQuery? sampleTime)
{
    public SharedQuery Value => value;

    /// <summary>The query for the time of the values; <see langword="null"/> if the query's own time is good enough.</summary>
    public SharedQuery? SampleTime => sampleTime;

    public long AskedAt
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }
}
