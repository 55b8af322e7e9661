using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>How simulated readings vary over time. As it comes, they do not.</summary>
public sealed class SimulatedMetricsOptions
{
    private static readonly Bounds<TimeSpan> Periods = new(TimeSpan.FromSeconds(1));

    /// <summary>How far a reading may be from the target's own value, as a part of it.</summary>
    /// <value>
    /// From 0 (never moves) to 1 (between nothing and twice the value), both inclusive. Default 0. CPU and memory never exceed 100 percent.
    /// </value>
    public double Variation { get; set; }

    /// <summary>How long a wave takes from one peak to the next.</summary>
    /// <value>At least 1 second. Default 10 minutes.</value>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Where the waves start and what the noise is; it does not change the values that the waves move around.</summary>
    /// <value>Any number. Default 0.</value>
    public ulong Seed { get; set; }

    /// <summary>What is broken, one sentence each.</summary>
    internal IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        if (!Bounds.Share.Allow(Variation)) errors.Add(Bounds.Broken(nameof(Variation), Bounds.Share.Rule, Variation).Message);
        if (!Periods.Allow(Period)) errors.Add(Bounds.Broken(nameof(Period), Periods.Rule, Period).Message);
        return errors;
    }
}
