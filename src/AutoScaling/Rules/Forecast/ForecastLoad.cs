namespace AutoScaling.Rules.Forecast;

/// <summary>What a forecast reads at one evaluation.</summary>
/// <param name="Busy">The load in replicas in full use, as the utilization shows it; NaN if nobody is measured.</param>
/// <param name="Ready">The replicas that are measured.</param>
/// <param name="Rate">The load metric; NaN if the rule has none.</param>
/// <param name="At">The middle of the time over which it was measured.</param>
/// <param name="Lag">How far back that is from now, and how long it was averaged over, beyond one usual sample.</param>
internal readonly record struct ForecastLoad(double Busy, int Ready, double Rate, DateTimeOffset At, TimeSpan Lag)
{
    // Samples are usually this far apart, and that is in the distance of the forecast already.
    private static readonly TimeSpan UsualSample = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // Minutes are counted from 1970 on. No clock shows an earlier time but by mistake.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch.AddDays(400);
    private static readonly DateTimeOffset Latest = Earliest.AddYears(3000);

    /// <summary>The mean utilization of those that are measured, as a share; NaN if nobody is.</summary>
    public double Use => Ready > 0 ? Busy / Ready : double.NaN;

    /// <summary>Reads what there is; <see langword="null"/> if something is missing, of which nothing must be learned.</summary>
    public static ForecastLoad? Read(ForecastRule rule, in RuleContext context)
    {
        var rate = double.NaN;
        var at = context.Now;
        if (at < Earliest || at > Latest) return null;
        if (rule.Load is { } metric)
        {
            if (!context.TryRead(metric, out var load, out _)) return null;
            (rate, at) = (load.Value, context.Now - load.At > Longest || load.At - context.Now > Longest ? context.Now : load.At);
        }

        if (!context.TryRead(rule.Metric, out var reading, out _))
        {
            // Where nobody is ready, nobody has a utilization; the load metric goes on, and so does a target that has no replicas of its
            // own will.
            if (context.Observation.Replicas.Ready > 0) return null;
            return double.IsNaN(rate) && context.Current > 0
                ? null
                : new(double.IsNaN(rate) ? 0 : double.NaN, 0, rate, at, LagOf(context.Now - at, TimeSpan.Zero));
        }

        var (busy, ready, window) = (0.0, 0, TimeSpan.Zero);
        foreach (ref readonly var replica in reading.Replicas.AsSpan())
        {
            if (replica is not { Value: { } value, Request: { } request } || !(request > 0) || !(value >= 0)) continue;
            busy += value / request;
            ready++;
            window = replica.Window;
        }

        if (reading.Replicas.IsEmpty)
            (busy, ready) = (reading.Value / 100 * context.Observation.Replicas.Ready, context.Observation.Replicas.Ready);

        // What is so old, or averages so long, says nothing of a minute.
        var age = context.Now - reading.At;
        if (ready == 0 || !double.IsFinite(busy) || age < -Longest || age > Longest || window < TimeSpan.Zero || window > Longest)
            return null;
        return new(busy, ready, rate, context.Now - age - (window / 2), LagOf(age, window));
    }

    private static TimeSpan LagOf(TimeSpan age, TimeSpan window)
    {
        var lag = (age > TimeSpan.Zero ? age : TimeSpan.Zero) + window - UsualSample;
        return lag < TimeSpan.Zero ? TimeSpan.Zero : lag > TimeSpan.FromMinutes(5) ? TimeSpan.FromMinutes(5) : lag;
    }
}
