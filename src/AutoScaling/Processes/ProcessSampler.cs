namespace AutoScaling.Processes;

/// <summary>What was measured of one replica; nothing, if it has no process that runs.</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="Process">The process that was measured.</param>
/// <param name="Cores">The cores used on average over <paramref name="Window"/>; nothing if the process is too young.</param>
/// <param name="Bytes">The memory in use.</param>
/// <param name="At">When it was measured.</param>
/// <param name="Window">The time that the cores are an average over.</param>
internal sealed record ProcessSample(
    string Replica,
    WorkerProcess? Process = null,
    double? Cores = null,
    long? Bytes = null,
    DateTimeOffset At = default,
    TimeSpan Window = default)
{
    /// <summary>The processor time used up to <see cref="Timestamp"/>: what the next sample subtracts.</summary>
    public TimeSpan ProcessorTime { get; init; }

    public long Timestamp { get; init; }
}

/// <summary>Measures the replicas of one target, and remembers the last measurement of each.</summary>
internal sealed class ProcessSampler(TimeProvider time)
{
    private readonly Lock _gate = new();
    private Dictionary<WorkerProcess, ProcessSample> _last = [];

    public List<ProcessSample> Sample(
        IReadOnlyList<(string Replica, WorkerProcess? Process)> replicas, TimeSpan minWindow, TimeSpan maxWindow)
    {
        lock (_gate)
        {
            var samples = replicas.Select(replica => Next(replica.Replica, replica.Process, minWindow, maxWindow)).ToList();
            _last = samples.Where(sample => sample.Process is not null).ToDictionary(sample => sample.Process!);
            return samples;
        }
    }

    private ProcessSample Next(string replica, WorkerProcess? process, TimeSpan minWindow, TimeSpan maxWindow)
    {
        if (process is null) return new(replica);

        // The first measurement counts from the start of the process, when it had used no processor time.
        var last = _last.GetValueOrDefault(process) ?? new ProcessSample(replica, process) { Timestamp = process.StartTimestamp };
        var now = time.GetTimestamp();
        var window = time.GetElapsedTime(last.Timestamp, now);
        if (last.Cores is not null && window < minWindow) return process.Exited.IsCompleted ? new(replica) : last;
        if (!process.TryMeasure(out var processorTime, out var bytes)) return new(replica);
        var sample = last with { Bytes = bytes, At = time.GetUtcNow() };
        if (window < minWindow) return sample;
        sample = sample with { ProcessorTime = processorTime, Timestamp = now };
        return window > maxWindow
            ? sample with { Cores = null, Window = default }
            : sample with { Cores = (processorTime - last.ProcessorTime) / window, Window = window };
    }
}
