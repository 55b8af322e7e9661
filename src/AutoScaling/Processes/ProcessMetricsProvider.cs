using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Primitives;
using AutoScaling.Processes;

namespace AutoScaling;

/// <summary>Measures the CPU and memory use of the replicas that a <see cref="ProcessScaler"/> runs.</summary>
/// <remarks>
/// <para>
/// <c>cpu</c> is the average percent of <see cref="ProcessSpec.CpuRequest"/>, with each replica's cores; <c>memory</c> the average percent
/// of <see cref="ProcessSpec.MemoryRequest"/>, with each replica's resident bytes, and missing if there is no such request. The averages
/// are over the replicas that are ready; those that start, crashed or are being stopped are listed beside them. Without a ready replica a
/// reading is missing, never 0.
/// </para>
/// <para>
/// CPU is measured between two calls, at least <see cref="MinWindow"/> apart, and the first time since the start of the process. Only the
/// started process itself is measured, not the processes that it starts: behind a shell wrapper, start the worker with <c>exec</c>.
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
    /// <value>
    /// 500 milliseconds by default, below which the kernel's accounting in steps of 10 milliseconds is mostly noise; more than 0.
    /// </value>
    /// <exception cref="ScalingException">It is not more than 0 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan MinWindow
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(MinWindow));
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest time that CPU use is averaged over. After a longer pause the figure would be of the past: it is missing once, and
    /// measured anew.
    /// </summary>
    /// <value>10 minutes by default; set it above the interval of the policies. At least <see cref="MinWindow"/>.</value>
    /// <exception cref="ScalingException">It is not more than 0 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan MaxWindow
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(MaxWindow));
    } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!request.Asks(MetricRef.Cpu.Name) && !request.Asks(MetricRef.Memory.Name)) return new(ServiceMetrics.Empty);
        return new(_scaler.Look(request.Target) is { } look
            ? Read(request, look.Spec, look.Replicas)
            : Missing(request, $"there is no ProcessSpec for '{request.Target}'"));
    }

    private ServiceMetrics Read(MetricsRequest request, ProcessSpec spec, ImmutableArray<(string Replica, WorkerProcess? Process)> replicas)
    {
        var samples = _samplers.GetOrAdd(spec.Target.Name, _ => new ProcessSampler(_time)).Sample(replicas, MinWindow, MaxWindow);
        if (samples.TrueForAll(sample => sample.Process is null)) return Missing(request, "no replica is running");
        var ready = samples.FindAll(sample => sample.Process?.Age >= spec.StartupTime);
        return ready.Count == 0
            ? Missing(request, "every replica is still starting")
            : Of(request, () => Cpu(spec, samples, ready), () => Memory(spec, samples, ready));
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
        if (spec.MemoryRequest is not { } request)
            return MetricReading.Missing(MetricRef.Memory, "MemoryRequest is not set, so there is nothing to be a percentage of");
        return MetricReading.Available(
            MetricRef.Memory,
            ready.Average(sample => (double)sample.Bytes!.Value) / request * 100,
            ready.Min(sample => sample.At),
            [.. samples.Select(sample => new ReplicaReading(sample.Replica, sample.Bytes, request, sample.At))]);
    }

    private static ServiceMetrics Missing(MetricsRequest request, string reason) =>
        Of(request, () => MetricReading.Missing(MetricRef.Cpu, reason), () => MetricReading.Missing(MetricRef.Memory, reason));

    /// <summary>The readings that were asked for.</summary>
    private static ServiceMetrics Of(MetricsRequest request, Func<MetricReading> cpu, Func<MetricReading> memory)
    {
        var readings = ImmutableArray.CreateBuilder<MetricReading>(2);
        if (request.Asks(MetricRef.Cpu.Name)) readings.Add(cpu());
        if (request.Asks(MetricRef.Memory.Name)) readings.Add(memory());
        return new(readings.ToImmutable());
    }
}
