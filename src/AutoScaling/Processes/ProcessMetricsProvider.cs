using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Processes;

namespace AutoScaling;

/// <summary>Measures the CPU and memory use of the replicas that a <see cref="ProcessScaler"/> runs.</summary>
/// <remarks>
/// <para>
/// <c>cpu</c> is the average percent of <see cref="ProcessSpec.CpuRequest"/>, with each replica's cores; <c>memory</c> the average percent of
/// <see cref="ProcessSpec.MemoryRequest"/>, with each replica's resident bytes, and missing if there is no such request. The averages are over the replicas that are ready;
/// those that start, crashed or are being stopped are listed beside them. Without a ready replica a reading is missing, never 0.
/// </para>
/// <para>
/// CPU is measured between two calls, at least <see cref="MinWindow"/> apart, and the first time since the start of the process. Only the started process itself is
/// measured, not the processes that it starts: behind a shell wrapper, start the worker with <c>exec</c>.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class ProcessMetricsProvider : IMetricsProvider
{
    private readonly ConcurrentDictionary<string, ProcessSampler> _samplers = new(StringComparer.Ordinal);
    private readonly ProcessScaler _scaler;
    private readonly TimeProvider _time;

    /// <summary>Creates a provider.</summary>
    /// <param name="scaler">The scaler whose processes are measured.</param>
    /// <param name="time">The clock; use the scaler's.</param>
    public ProcessMetricsProvider(ProcessScaler scaler, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentNullException.ThrowIfNull(time);
        _scaler = scaler;
        _time = time;
    }

    /// <summary>The shortest time that CPU use is averaged over; calls that come sooner get the last figures again.</summary>
    /// <value>500 milliseconds by default, below which the kernel's accounting in steps of 10 milliseconds is mostly noise; more than 0.</value>
    /// <exception cref="ScalingException">It is not more than 0 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan MinWindow
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw ScalingException.Invalid($"MinWindow must be more than 0, but is {value}.");
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest time that CPU use is averaged over. After a longer pause the figure would be of the past: it is missing once, and measured anew.</summary>
    /// <value>10 minutes by default; set it above the interval of the policies. At least <see cref="MinWindow"/>.</value>
    /// <exception cref="ScalingException">It is not more than 0 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan MaxWindow
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw ScalingException.Invalid($"MaxWindow must be more than 0, but is {value}.");
    } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public ValueTask<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        cancellationToken.ThrowIfCancellationRequested();
        return new(_scaler.Look(target) is { } look
            ? Read(target, look.Spec, look.Replicas)
            : BothMissing($"there is no ProcessSpec for '{target}'"));
    }

    private ServiceMetrics Read(ScalingTarget target, ProcessSpec spec, ImmutableArray<(string Replica, WorkerProcess? Process)> replicas)
    {
        var samples = _samplers.GetOrAdd(target.Name, _ => new ProcessSampler(_time)).Sample(replicas, MinWindow, MaxWindow);
        if (samples.TrueForAll(sample => sample.Process is null)) return BothMissing("no replica is running");
        var ready = samples.FindAll(sample => sample.Process?.Age >= spec.StartupTime);
        if (ready.Count == 0) return BothMissing("every replica is still starting");
        return new(Cpu(spec, samples, ready), Memory(spec, samples, ready));
    }

    private static MetricReading Cpu(ProcessSpec spec, List<ProcessSample> samples, List<ProcessSample> ready)
    {
        var measured = ready.FindAll(sample => sample.Cores is not null);
        if (measured.Count == 0) return MetricReading.Missing(MetricRef.Cpu, "no replica has run long enough to be measured");
        return MetricReading.Available(
            MetricRef.Cpu,
            measured.Average(sample => sample.Cores!.Value) / spec.CpuRequest * 100,
            measured.Min(sample => sample.At),
            [.. samples.Select(sample => new ReplicaReading(sample.Replica, sample.Cores, spec.CpuRequest, sample.At, sample.Window))]);
    }

    private static MetricReading Memory(ProcessSpec spec, List<ProcessSample> samples, List<ProcessSample> ready)
    {
        if (spec.MemoryRequest is not { } request) return MetricReading.Missing(MetricRef.Memory, "MemoryRequest is not set, so there is nothing to be a percentage of");
        return MetricReading.Available(
            MetricRef.Memory,
            ready.Average(sample => (double)sample.Bytes!.Value) / request * 100,
            ready.Min(sample => sample.At),
            [.. samples.Select(sample => new ReplicaReading(sample.Replica, sample.Bytes, request, sample.At))]);
    }

    private static ServiceMetrics BothMissing(string reason) =>
        new(MetricReading.Missing(MetricRef.Cpu, reason), MetricReading.Missing(MetricRef.Memory, reason));
}
