using System.Collections.Frozen;
using AutoScaling.Answers;
using AutoScaling.Http;

namespace AutoScaling;

/// <summary>Reads metrics that a server tells, in JSON or as a bare number. Thread-safe.</summary>
/// <remarks>
/// No answer, another status than 2xx, or an answer that is not JSON is a failed reading with the server's own words; an answer without a
/// usable value is a missing one: nothing at the pointer, null, text, NaN. None is ever 0. Redirects are not followed.
/// </remarks>
public sealed class HttpMetricsProvider : IMetricsProvider, IDisposable
{
    private readonly FrozenDictionary<string, (UrlTemplate Url, MetricPlace Place)> _metrics;
    private readonly HttpCaller _caller;

    /// <summary>Creates the source.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="time">The clock for timeouts and the times of readings.</param>
    /// <param name="options">How the server is asked; <see langword="null"/> for the defaults.</param>
    /// <param name="client">
    /// Gives the client of each request, such as one of <c>IHttpClientFactory</c>; by default the source has one of its own, which follows
    /// no redirect.
    /// </param>
    /// <exception cref="ScalingException">
    /// A setting breaks its rule, or two metrics have the same name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public HttpMetricsProvider(
        IEnumerable<HttpMetric> metrics, TimeProvider time, HttpOptions? options = null, Func<HttpClient>? client = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(time);
        _metrics = MetricPlace.ByName(metrics.Select(metric => metric.Parse()), metric => metric.Place.Metric.Name);
        _caller = new(options ?? HttpOptions.Usual, time, client);
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var target = request.Target.Name;
        var urls = request.Metrics.Where(asked => _metrics.ContainsKey(asked.Name)).Select(asked => _metrics[asked.Name])
            .GroupBy(metric => metric.Url.Key, StringComparer.Ordinal);
        var readings = await Task.WhenAll(urls.Select(same => ReadAsync([.. same], target, cancellationToken))).ConfigureAwait(false);
        return new([.. readings.SelectMany(r => r)]);
    }

    /// <summary>Closes the connections of its own client.</summary>
    public void Dispose() => _caller.Dispose();

    private async Task<IEnumerable<MetricReading>> ReadAsync(
        (UrlTemplate Url, MetricPlace Place)[] metrics, string target, CancellationToken cancellationToken)
    {
        var answer = await _caller.ReadAsync(metrics[0].Url, target, cancellationToken).ConfigureAwait(false);
        if (answer.Trouble is { } trouble) return [.. metrics.Select(metric => MetricReading.Failed(metric.Place.Metric, trouble))];
        using var text = new AnswerText(answer.Body, metrics.Any(metric => metric.Place.IsJson), answer.Secrets);
        return [.. metrics.Select(metric => metric.Place.Read(text, target, answer.At))];
    }
}
