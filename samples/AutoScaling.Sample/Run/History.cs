using System.Collections.Immutable;

namespace AutoScaling.Sample.Run;

/// <summary>How one service stood at one time.</summary>
internal sealed record ServiceSample(ScalingTarget Service, int Desired, int Ready, double? Cpu);

/// <summary>How everything stood at one time; without jobs in a simulated run.</summary>
internal sealed record Moment(TimeSpan At, ImmutableArray<ServiceSample> Services, JobSample? Jobs);

/// <summary>How the queue stood at one time.</summary>
/// <param name="Load">The load as it should be, in jobs per second, since the sample before.</param>
/// <param name="Waiting">Jobs that wait.</param>
/// <param name="Arrived">Jobs that have arrived so far.</param>
/// <param name="Served">Jobs that are done so far.</param>
/// <param name="ServedRate">Jobs done per second since the sample before.</param>
internal sealed record JobSample(double Load, int Waiting, long Arrived, long Served, double ServedRate);

/// <summary>Remembers a run: what the autoscaler did, which it is told of as an observer, and samples in between.</summary>
internal sealed class History(Workload? workload, TimeProvider time) : IScalingObserver
{
    private const int Between = 20;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ScalingRecord> _last = new(StringComparer.Ordinal);
    private readonly List<(TimeSpan At, ScalingRecord Record)> _changes = [];
    private readonly List<Moment> _samples = [];
    private long _start = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    public IReadOnlyList<Moment> Samples => _samples;

    /// <summary>The last evaluation of every service, ordered by name.</summary>
    public ImmutableArray<ScalingRecord> Last
    {
        get
        {
            lock (_lock) return [.. _last.Values];
        }
    }

    /// <summary>The evaluations that changed something, or could not, oldest first.</summary>
    public ImmutableArray<(TimeSpan At, ScalingRecord Record)> Changes
    {
        get
        {
            lock (_lock) return [.. _changes];
        }
    }

    /// <summary>Time begins here.</summary>
    public void Start() => _start = time.GetTimestamp();

    public void OnEvaluated(ScalingRecord record)
    {
        lock (_lock)
        {
            _last[record.Target.Name] = record;
            if (record.Decision is not { Direction: ScaleDirection.Stay }) _changes.Add((Elapsed, record));
        }
    }

    /// <summary>Takes a sample.</summary>
    public void Add()
    {
        var at = Elapsed;
        var services = Last.Select(r => new ServiceSample(r.Target, Desired(r), r.Observation?.Replicas.Ready ?? 0, Cpu(r)));
        _samples.Add(new(at, [.. services], Jobs(at)));
    }

    private JobSample? Jobs(TimeSpan at)
    {
        if (workload is null) return null;
        var (before, served) = (_samples.LastOrDefault(), workload.Dispatcher.Served);
        var span = at - (before?.At ?? TimeSpan.Zero);
        var rate = span > TimeSpan.Zero ? (served - (before?.Jobs?.Served ?? 0)) / span.TotalSeconds : 0;
        // A trace may change many times in between.
        var load = Enumerable.Range(1, Between).Average(i => workload.Load.At(at - (span * ((double)i / Between))));
        return new(load, workload.Dispatcher.Waiting, workload.Dispatcher.Arrived, served, rate);
    }

    private static int Desired(ScalingRecord record) =>
        record is { Outcome.Kind: ScaleOutcomeKind.Applied, Decision: { } decision } ? decision.To : record.Observation?.Replicas.Desired ?? 0;

    private static double? Cpu(ScalingRecord record) =>
        record.Observation?.Metrics[MetricRef.Cpu] is { Status: MetricStatus.Available } cpu ? cpu.Value : null;
}
