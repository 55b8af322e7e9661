using System.Globalization;
using AutoScaling.Primitives;
using AutoScaling.Simulation.Model;

namespace AutoScaling.Simulation;

/// <summary>How long a replica takes from being asked for to serving. Immutable and thread-safe.</summary>
public sealed record StartDelay
{
    // The 95th percentile of the standard normal distribution.
    private const double Z95 = 1.6448536269514722;

    private StartDelay(TimeSpan median, TimeSpan p95)
    {
        Median = median;
        P95 = p95;
    }

    /// <summary>Half of the replicas take no longer.</summary>
    public TimeSpan Median { get; }

    /// <summary>19 of 20 replicas take no longer; equal to <see cref="Median"/> if all take the same time.</summary>
    public TimeSpan P95 { get; }

    /// <summary>Every replica takes the same time.</summary>
    /// <param name="delay">The time, at least 0.</param>
    /// <exception cref="ScalingException">It is negative (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static StartDelay Constant(TimeSpan delay) => new(Bounds.Time.Check(delay, nameof(StartDelay)), delay);

    /// <summary>Replicas take times of a log-normal distribution, drawn from the seed of the backtest.</summary>
    /// <param name="median">The median, more than 0.</param>
    /// <param name="p95">The 95th percentile, at least the median.</param>
    /// <exception cref="ScalingException">A time breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static StartDelay LogNormal(TimeSpan median, TimeSpan p95)
    {
        Bounds.PositiveTime.Check(median, $"{nameof(StartDelay)}.{nameof(Median)}");
        return p95 >= median
            ? new(median, p95)
            : throw Bounds.Broken($"{nameof(StartDelay)}.{nameof(P95)}", $"at least {nameof(Median)} ({Phrase.Exact(median)})", p95);
    }

    /// <summary>The delay of one replica.</summary>
    /// <param name="seed">The seed of the backtest.</param>
    /// <param name="replica">The replica's number, from 0 in the order in which they are asked for.</param>
    internal TimeSpan Of(ulong seed, long replica)
    {
        if (Median == P95) return Median;
        var sigma = Math.Log(P95 / Median) / Z95;
        var ticks = Median.Ticks * Math.Exp(sigma * Chance.Normal(seed, (ulong)replica));
        return ticks < TimeSpan.MaxValue.Ticks ? TimeSpan.FromTicks((long)ticks) : TimeSpan.MaxValue;
    }

    /// <summary>The delay as <c>60s</c>, or <c>60s (p95 180s)</c>.</summary>
    public override string ToString() => Median == P95 ? Seconds(Median) : $"{Seconds(Median)} (p95 {Seconds(P95)})";

    private static string Seconds(TimeSpan delay) => delay.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
}
