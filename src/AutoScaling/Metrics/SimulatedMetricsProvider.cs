using System.Collections.Immutable;
using AutoScaling.Ports;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// Makes up CPU, memory and request rate from a hash of the target's name, for trials without a real source. Not for production.
/// </summary>
/// <remarks>
/// With h, the SipHash-1-3 (zero key) of the name's UTF-8 bytes and one byte 0xFF: <c>cpu = 30 + h % 40</c>, <c>memory = 40 + h % 35</c>,
/// <c>request_rate = 50 + h % 100</c>. With <see cref="SimulatedMetricsOptions.Variation"/> each is multiplied by
/// <c>1 + Variation * (0.8 * wave + 0.2 * noise)</c>, where the wave is a sine whose start depends on seed and name, and the noise is a
/// hash of seed, name, metric and the current 5 seconds; so the same seed, name and time always give the same readings. Immutable and
/// thread-safe.
/// </remarks>
public sealed class SimulatedMetricsProvider : IMetricsProvider, IMadeUp
{
    private static readonly TimeSpan NoiseStep = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly double _variation;
    private readonly TimeSpan _period;
    private readonly ulong _seed;

    /// <summary>Creates the simulator.</summary>
    /// <param name="timeProvider">Tells the time of the readings.</param>
    /// <param name="options">How readings vary over time; <see langword="null"/> for not at all.</param>
    /// <exception cref="ScalingException">An option breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public SimulatedMetricsProvider(TimeProvider timeProvider, SimulatedMetricsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        options ??= new();
        if (options.Errors() is { Count: > 0 } errors) throw new ScalingException(errors);
        _time = timeProvider;
        _variation = options.Variation;
        _period = options.Period;
        _seed = options.Seed;
    }

    /// <inheritdoc/>
    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var target = request.Target;
        var now = _time.GetUtcNow();
        var hash = StableHash.Of(target.Name);
        var wave = _variation > 0 ? Wave(target, now) : 0;
        var readings = ImmutableArray.CreateBuilder<MetricReading>(3);
        if (request.Asks(MetricRef.Cpu.Name)) Add(MetricRef.Cpu, 30 + hash % 40, 1, 100);
        if (request.Asks(MetricRef.Memory.Name)) Add(MetricRef.Memory, 40 + hash % 35, 2, 100);
        if (request.Asks(MetricRef.RequestRate.Name)) Add(MetricRef.RequestRate, 50 + hash % 100, 3, double.MaxValue);
        return new(new ServiceMetrics(readings.ToImmutable()));

        void Add(MetricRef metric, double value, ulong number, double most) => readings.Add(MetricReading.Available(
            metric, _variation > 0 ? Math.Min(value * Factor(target, now, wave, number), most) : value, now));
    }

    // All metrics of a target have one wave, because load moves them together.
    private double Wave(ScalingTarget target, DateTimeOffset now)
    {
        var phase = StableHash.ToUnit(StableHash.Of(target.Name, _seed));
        var turn = (double)(now.UtcTicks % _period.Ticks) / _period.Ticks;
        return Math.Sin(2 * Math.PI * (turn + phase));
    }

    private double Factor(ScalingTarget target, DateTimeOffset now, double wave, ulong metric)
    {
        var step = (ulong)(now.UtcTicks / NoiseStep.Ticks);
        var noise = 2 * StableHash.ToUnit(StableHash.Of(target.Name, _seed, (step << 2) | metric)) - 1;
        return 1 + _variation * (0.8 * wave + 0.2 * noise);
    }
}
