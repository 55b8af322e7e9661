using System.Globalization;
using System.Text;
using AutoScaling.Prometheus.Tests.Server;

namespace AutoScaling.Simulation.Tests.Loads;

/// <summary>Loads of a real server.</summary>
public sealed class RealPrometheusTests
{
    // Three days of samples every 15 s; a part of the second day is missing, and one sample of a gauge is no number.
    private static readonly DateTimeOffset From = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task QueryPrometheusAsync_RealServer_GivesTheLoadThatWasMeasured()
    {
        await using var server = await PrometheusProcess.StartAsync(History());
        var stop = TestContext.Current.CancellationToken;
        using var client = new HttpClient { BaseAddress = server.Url };

        // 17,272 intervals: the server refuses more than 11,000 at once.
        var trace = await LoadTrace.QueryPrometheusAsync(client, "sum(rate(requests_total[1m]))", From.AddMinutes(2), From.AddDays(3), TimeSpan.FromSeconds(15), null, stop);
        Assert.InRange(trace.Points.Length, 17_273 - 240, 17_273 - 230);
        Assert.Equal((From.AddMinutes(2), true), (trace.Start, trace.IsDated));
        Assert.Equal(5, trace.Points[0].Load, 6);
        Assert.Equal(20, trace.Points.First(p => trace.Start + p.At >= From.AddHours(13)).Load, 6);

        // An hour of the second day was not measured.
        var (missed, zero) = (From.AddHours(30).AddMinutes(20), await LoadTrace.QueryPrometheusAsync(
            client, "sum(rate(requests_total[1m]))", From.AddHours(29), From.AddHours(32), TimeSpan.FromMinutes(1), new() { Reading = new() { Fill = LoadFill.Zero } }, stop));
        Assert.Equal(0, zero.Points.Last(p => zero.Start + p.At <= missed).Load);
        Assert.Equal(5, zero.Points[^1].Load, 6);

        var gauge = await LoadTrace.QueryPrometheusAsync(client, "depth", From, From.AddMinutes(1), TimeSpan.FromSeconds(15), null, stop);
        Assert.Equal([(0, 1), (30, 3), (45, 4), (60, 4)], gauge.Points.Select(p => ((int)p.At.TotalSeconds, (int)p.Load)));

        var wrong = await Assert.ThrowsAsync<ScalingException>(() => LoadTrace.QueryPrometheusAsync(client, "sum(", From, From.AddDays(1), TimeSpan.FromMinutes(1), null, stop));
        Assert.StartsWith($"{server.Url.AbsoluteUri.TrimEnd('/')} refused the query 'sum(' (400): bad_data: ", wrong.Message, StringComparison.Ordinal);
        var nothing = await Assert.ThrowsAsync<ScalingException>(() => LoadTrace.QueryPrometheusAsync(client, "sum(nothing)", From, From.AddDays(1), TimeSpan.FromMinutes(1), null, stop));
        Assert.Contains("has no sample of the query 'sum(nothing)'", nothing.Message, StringComparison.Ordinal);
    }

    private static string History()
    {
        var text = new StringBuilder("# TYPE requests counter\n");
        foreach (var pod in (ReadOnlySpan<string>)["a", "b"])
        {
            var total = 0.0;
            for (var at = 0; at <= 3 * 86_400; at += 15)
            {
                // 5 per second in all by night, 20 from noon until midnight.
                total += 15 * (at / 3600 % 24 >= 12 ? 10 : 2.5);
                if (at is > 30 * 3600 and < 31 * 3600) continue;
                text.Append(CultureInfo.InvariantCulture, $"requests_total{{pod=\"{pod}\"}} {total} {From.ToUnixTimeSeconds() + at}\n");
            }
        }

        text.Append("# TYPE depth gauge\n");
        foreach (var (seconds, value) in (ReadOnlySpan<(int, string)>)[(0, "1"), (15, "NaN"), (30, "3"), (45, "4")])
            text.Append(CultureInfo.InvariantCulture, $"depth {value} {From.ToUnixTimeSeconds() + seconds}\n");
        return text.Append("# EOF\n").ToString();
    }
}
