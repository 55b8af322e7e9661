using System.Globalization;
using System.Text;

namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>What a server is made to believe that it has measured, in OpenMetrics.</summary>
internal sealed class History(DateTimeOffset now)
{
    // Samples go on for as long after now, so that it does not matter when a test asks.
    private const int Seconds = 600;

    private readonly Dictionary<string, (string Type, StringBuilder Samples)> _families = [];

    /// <summary>A counter that grows by so much per second, scraped every 15 s.</summary>
    public History Counter(string family, string labels, double rate) =>
        Series(family, "counter", $"{family}_total{labels}", -Seconds, seconds => rate * (seconds + Seconds));

    /// <summary>A gauge that is scraped every 15 s from now on.</summary>
    public History Gauge(string family, string labels, double value) => Series(family, "gauge", $"{family}{labels}", 0, _ => value);

    /// <summary>A gauge with one sample, of so many seconds ago.</summary>
    public History Gauge(string family, string labels, double value, int secondsAgo) =>
        Add(family, "gauge", $"{family}{labels}", value, now.AddSeconds(-secondsAgo));

    /// <summary>The buckets of a classic histogram: how many per second are below each bound.</summary>
    public History Histogram(string family, string labels, params (string Bound, double Rate)[] buckets)
    {
        foreach (var (bound, rate) in buckets)
            Series(family, "gauge", $$"""{{family}}{{{labels}},le="{{bound}}"}""", -Seconds, seconds => rate * (seconds + Seconds));

        return this;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (family, (type, samples)) in _families) text.Append($"# TYPE {family} {type}\n").Append(samples);
        return text.Append("# EOF\n").ToString();
    }

    private History Series(string family, string type, string series, int from, Func<int, double> value)
    {
        for (var seconds = from; seconds <= Seconds; seconds += 15) Add(family, type, series, value(seconds), now.AddSeconds(seconds));
        return this;
    }

    private History Add(string family, string type, string series, double value, DateTimeOffset at)
    {
        if (!_families.TryGetValue(family, out var known)) _families[family] = known = (type, new());
        var text = double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
        known.Samples.Append(CultureInfo.InvariantCulture, $"{series} {text} {at.ToUnixTimeMilliseconds() / 1000.0:0.000}\n");
        return this;
    }
}
