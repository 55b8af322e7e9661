namespace AutoScaling.AspNetCore.Following;

/// <summary>The last evaluations of one target, as the plots show them. Thread-safe.</summary>
internal sealed class TargetHistory
{
    private readonly Lock _lock = new();
    private readonly Queue<Point> _points = new();
    private readonly List<string> _metrics = [];
    private double[] _last = [];
    private Point _newest;

    /// <summary>The metrics, in the order of the points' values.</summary>
    public IReadOnlyList<string> Metrics
    {
        get
        {
            lock (_lock) return [.. _metrics];
        }
    }

    /// <summary>Adds an evaluation, unless it is known already.</summary>
    /// <param name="record">The evaluation.</param>
    /// <param name="most">How many are kept.</param>
    public void Add(ScalingRecord record, int most)
    {
        lock (_lock)
        {
            // After a gap in what was followed, evaluations come again.
            if (record.At.UtcTicks < _newest.Ticks || (record.At.UtcTicks == _newest.Ticks && !record.IsManual)) return;
            _newest = PointOf(record, _newest);
            _points.Enqueue(_newest);
            while (_points.Count > most) _points.Dequeue();
        }
    }

    /// <summary>The points, oldest first.</summary>
    public Point[] Points()
    {
        lock (_lock) return [.. _points];
    }

    /// <summary>The replicas that were wanted last, oldest first.</summary>
    public int[] Spark(int most)
    {
        lock (_lock) return [.. _points.Skip(_points.Count - most).Select(p => p.Wanted)];
    }

    private Point PointOf(ScalingRecord record, Point last)
    {
        var replicas = record.Observation?.Replicas;
        var decision = record.Decision;
        var range = decision?.Range ?? record.Policy.Range;
        return new()
        {
            Ticks = record.At.UtcTicks,
            Ready = replicas?.Ready ?? last.Ready,
            Wanted = decision?.To ?? last.Wanted,
            Asked = decision?.Recommended ?? -1,
            Min = range.Min,
            Max = range.Max,
            Values = Values(record.Observation),
            Record = decision is null || decision.From != decision.To || record.Error is not null ? record : null,
        };
    }

    private double[] Values(ScalingObservation? seen)
    {
        if (seen is null) return [];
        foreach (var reading in seen.Metrics)
        {
            var name = reading.Metric.ToString();
            if (!_metrics.Contains(name, StringComparer.Ordinal)) _metrics.Add(name);
        }

        var values = new double[_metrics.Count];
        Array.Fill(values, double.NaN);
        foreach (var reading in seen.Metrics)
        {
            if (reading.Status == MetricStatus.Available) values[_metrics.IndexOf(reading.Metric.ToString())] = reading.Value;
        }

        // Readings that stay the same are kept once.
        return _last.AsSpan().SequenceEqual(values) ? _last : _last = values;
    }
}
