namespace AutoScaling.Simulation.Scoring;

/// <summary>
/// Response times as a mixture: service that is exponential with one rate, after no wait, an exponential wait, or a fixed one.
/// </summary>
/// <param name="rate">The rate of service.</param>
/// <param name="plain">How many requests do not wait.</param>
/// <param name="parts">Those that wait.</param>
/// <param name="all">How many arrived in all.</param>
/// <param name="dropped">How many were dropped.</param>
internal sealed class LatencyDistribution(double rate, double plain, List<LatencyDistribution.Part> parts, double all, double dropped)
{
    /// <param name="Weight">How many requests.</param>
    /// <param name="Rate">The rate of their exponential wait; infinite if it is fixed.</param>
    /// <param name="Shift">Their fixed wait in seconds.</param>
    internal readonly record struct Part(double Weight, double Rate, double Shift);

    private readonly double _served = plain + parts.Sum(p => p.Weight);

    /// <summary>The response time that a share of the served requests does not exceed; 0 if none was served.</summary>
    public TimeSpan Quantile(double share)
    {
        if (_served <= 0) return TimeSpan.Zero;
        double low = 0, high = 1 / rate;
        while (Above(high) > (1 - share) * _served && high < 1e9) high *= 2;

        // Halved until the answer is exact to a hundred-thousandth.
        while (high - low > 1e-5 * high)
        {
            var middle = (low + high) / 2;
            if (Above(middle) > (1 - share) * _served) low = middle;
            else high = middle;
        }

        return TimeSpan.FromSeconds(Math.Min(high, 1e9));
    }

    /// <summary>The share of all requests that take longer or are dropped.</summary>
    public double ShareOver(double seconds) => all <= 0 ? 0 : Math.Min(1, (Above(seconds) + dropped) / all);

    private double Above(double seconds)
    {
        var service = Math.Exp(-rate * seconds);
        var above = plain * service;
        foreach (var (weight, wait, shift) in parts)
        {
            above += weight * (
                shift > 0 ? (seconds <= shift ? 1 : Math.Exp(-rate * (seconds - shift)))
                : Math.Abs(wait - rate) < 1e-9 * rate ? (1 + (rate * seconds)) * service
                : ((wait * service) - (rate * Math.Exp(-wait * seconds))) / (wait - rate));
        }

        return above;
    }
}
