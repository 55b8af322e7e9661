using AutoScaling.Primitives;

namespace AutoScaling.Rules.Queueing;

/// <summary>One evaluation of a <see cref="QueueingRule"/>: what is learned, and the answer.</summary>
internal sealed class QueueingRun
{
    // Above this use nobody knows whether a replica finishes all that comes.
    private const double Saturated = 0.95;
    private const double LeastUse = 0.01;
    private const double LongestService = 1e9;
    private const double Forgets = 3600; // seconds until what was learned counts for a third
    private const double Corrects = 600; // seconds until a latency e times too high has brought e times the replicas, but for the bound
    private const double MostLess = -0.28768207245178090, MostMore = 0.69314718055994531; // the logarithms of 0.75 and 2
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(60);

    private readonly QueueingRule _rule;
    private readonly TimeSpan _since;
    private QueueingLive _live;

    public QueueingRun(QueueingRule rule, in RuleContext context)
    {
        _rule = rule;
        _live = QueueingLive.Of(FormOf(rule), context.Memory);
        var since = _live.At == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(context.Now.UtcTicks - _live.At);

        // A gap teaches no more than a minute, and a clock that was set back nothing.
        _since = since < TimeSpan.Zero ? TimeSpan.Zero : since < LongestStep ? since : LongestStep;
        _live.At = context.Now.UtcTicks;
        if (_live.Measured > _live.At) _live.Measured = 0;
    }

    public Recommendation Answer(in RuleContext context)
    {
        if (!context.TryRead(_rule.ArrivalMetric, out var arrivals, out var trouble)) return trouble;
        if (arrivals.Value == 0) return Idle(context, arrivals);
        Recommendation? unread = null;
        if (ServiceTime(context, arrivals, ref unread) is not { } each)
        {
            // From 0 replicas one is enough to find out.
            if (context.Current == 0) return Said(arrivals, 1, "and the first replica will show how long a request takes");
            return unread ?? Said(arrivals, context.Current, "and while nobody serves, nobody knows how long a request takes");
        }

        var model = Math.Max(1, _rule.Needed(arrivals.Value, each));
        var latency = Correct(context, each, Corrected(arrivals.Value, each, model), ref unread);
        var count = Corrected(arrivals.Value, each, model);

        // What cannot be read may ask for more through the others, never for fewer.
        if (unread is { } blind && count <= context.Current) return blind with { Memory = Memory() };
        var isLearning = _rule.ServiceTime is null && !_live.IsKnown;
        if (isLearning && count < context.Current) count = context.Current;
        var detail = new QueueingDetail(_rule, arrivals.Value, each, model)
        {
            Factor = _rule.LatencyMetric is null ? 1 : Math.Exp(_live.Correction),
            Latency = latency,
            Learning = isLearning ? _live.Samples : null,
        };
        return Said(arrivals, count, detail);
    }

    /// <summary>Nothing arrives; but what came before may still wait, and keeps all replicas busy then.</summary>
    private Recommendation Idle(in RuleContext context, MetricReading arrivals)
    {
        if (context.Current > 0)
        {
            foreach (var metric in _rule.Metrics)
            {
                if (!context.TryRead(metric, out _, out var trouble)) return trouble with { Memory = Memory() };
            }

            if (_rule.ServiceTime is null && Use(context.Observation.Metrics[_rule.UtilizationMetric]) > Saturated)
                return Said(arrivals, context.Current, "and all replicas are still busy with what came before");
        }

        return Said(arrivals, 0, null);
    }

    /// <summary>How long a request is served, in seconds; <see langword="null"/> if nothing says so.</summary>
    private double? ServiceTime(in RuleContext context, MetricReading arrivals, ref Recommendation? unread)
    {
        if (_rule.ServiceTime is { } given) return given.TotalSeconds;
        double? known = _live.IsKnown ? _live.ServiceTime : null;
        if (!context.TryRead(_rule.UtilizationMetric, out var reading, out var trouble))
        {
            // What was learned stays true for a while, but it is not known whether it still is.
            unread = trouble;
            return known;
        }

        var ready = context.Observation.Replicas.Ready;
        if (ready <= 0) return known;
        _live.Steady = ready == _live.LastReady ? (byte)Math.Min(2, _live.Steady + 1) : (byte)0;
        _live.LastReady = ready;
        var use = Math.Max(LeastUse, Use(reading));
        var busy = use * ready * _rule.ConcurrencyPerReplica;
        var now = Math.Min(busy / arrivals.Value, LongestService);
        if (use > Saturated) return Math.Max(known ?? 0, now);
        Learn(reading, busy, arrivals.Value);
        return _live.IsKnown ? _live.ServiceTime : now;
    }

    /// <summary>The mean use of those that are measured, as a share.</summary>
    private static double Use(MetricReading reading)
    {
        var (sum, measured) = (0.0, 0);
        foreach (ref readonly var replica in reading.Replicas.AsSpan())
        {
            if (replica is not { Value: { } value, Request: { } request } || !(request > 0)) continue;
            sum += value / request;
            measured++;
        }

        return measured > 0 ? sum / measured : reading.Value / 100;
    }

    /// <summary>Sums of what was busy and of what arrived forget what is old, and busy hours say more than idle ones.</summary>
    private void Learn(MetricReading reading, double busy, double arrivals)
    {
        if (_live.Steady < 2 || _since == TimeSpan.Zero || reading.At.UtcTicks <= _live.Measured) return;
        _live.Measured = reading.At.UtcTicks;
        var (seconds, keeps) = (_since.TotalSeconds, Math.Exp(-_since.TotalSeconds / Forgets));
        (_live.Busy, _live.Arrived) = ((_live.Busy * keeps) + (busy * seconds), (_live.Arrived * keeps) + (arrivals * seconds));
        _live.Samples = (byte)Math.Min(QueueingLive.Enough, _live.Samples + 1);
    }

    /// <summary>Moves the correction toward what the measured latency says, where the replicas that are asked for are there.</summary>
    /// <returns>The measured latency in seconds, if there is one.</returns>
    private double? Correct(in RuleContext context, double each, int wanted, ref Recommendation? unread)
    {
        if (_rule.LatencyMetric is not { } metric) return null;
        if (!context.TryRead(metric, out var latency, out var trouble))
        {
            unread ??= trouble;
            return null;
        }

        var objective = _rule.Objective.TotalSeconds;
        var off = Math.Log(Math.Clamp(latency.Value / objective, Math.Exp(-1), Math.E));
        var ready = context.Observation.Replicas.Ready;

        // Too slow with fewer replicas than asked for says nothing of the model, and if service alone is too slow, more do not help.
        // Fast with more than asked for says nothing either. Being wrong upward costs less, so down it goes at a quarter of the speed,
        // and not at all near the objective.
        var isTooSlow = off > 0 && ready >= wanted && Math.Exp(-objective / each) < _rule.SlowShare;
        var isFast = latency.Value < 0.8 * objective && ready <= wanted;
        if (isTooSlow || isFast)
            _live.Correction = Math.Clamp(
                _live.Correction + (_since.TotalSeconds / Corrects * (isFast ? off / 4 : off)),
                MostLess,
                MostMore);
        return latency.Value;
    }

    private int Corrected(double arrivals, double each, int model)
    {
        if (_rule.LatencyMetric is null) return model;

        // Whatever is measured: fewer than are busy can never be enough.
        var least = Count.Truncate(arrivals * each / _rule.ConcurrencyPerReplica);
        return Math.Max(least == int.MaxValue ? least : least + 1, Count.Needed(model * Math.Exp(_live.Correction)));
    }

    private Recommendation Said(MetricReading arrivals, int count, object? detail) =>
        new(RecommendationKind.Replicas, RecommendationReason.Queueing, count, _rule.ArrivalMetric, arrivals.Value)
        {
            Said = detail,
            Memory = Memory(),
        };

    private RuleMemory? Memory() => _rule.Remembers ? _live.ToMemory() : null;

    /// <summary>What documents of another rule would have taught: nothing of it holds here.</summary>
    private static int FormOf(QueueingRule rule)
    {
        var hash = StableHash.Of(rule.ArrivalMetric.ToString()) ^ (StableHash.Of(rule.UtilizationMetric.ToString()) * 31)
            ^ (StableHash.Of(rule.LatencyMetric?.ToString() ?? "") * 17) ^ (uint)rule.ConcurrencyPerReplica;
        return (int)(hash ^ (hash >> 32)) ^ (BitConverter.IsLittleEndian ? 0 : 1 << 16);
    }
}
