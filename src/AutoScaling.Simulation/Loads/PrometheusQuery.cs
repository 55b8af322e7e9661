using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>Queries a load from a Prometheus server, in parts as long as it answers.</summary>
/// <remarks>
/// Source of the interface: the Prometheus HTTP API, <c>/api/v1/query_range</c>, which Thanos, Mimir and VictoriaMetrics have too.
/// </remarks>
internal sealed class PrometheusQuery(HttpClient client, PrometheusRange range, LoadOptions options)
{
    // It answers 11,000 intervals at most; some servers less than that by a few.
    private const int PartIntervals = 10_000;

    private const int LongestWords = 300;

    private Uri Address => client.BaseAddress
        ?? throw new ScalingException(["BaseAddress of the HttpClient must be the address of the Prometheus server, but is not set."]);

    private string Server => Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    /// <summary>All samples, in the order of time.</summary>
    public async Task<List<LoadSample>> SamplesAsync(IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        List<LoadSample> samples = [];
        var intervals = (range.To - range.From).Ticks / range.Step.Ticks;
        var parts = (int)((intervals / (PartIntervals + 1)) + 1);
        for (var part = 0; part < parts; part++)
        {
            // A part begins a step after the last one ended, so that no sample comes twice.
            var first = range.From + (part * (PartIntervals + 1L) * range.Step);
            var last = Min(first + (PartIntervals * range.Step), range.To);
            var (json, warning) = await AskAsync(first, last, cancellationToken).ConfigureAwait(false);
            samples.AddRange(PrometheusLoad.Samples(json, $"{Server}, {range.Query}", options.Column));
            progress?.Report(new(part + 1, parts, warning));
        }

        return samples.Count > 0 ? samples : throw new ScalingException([
            $"{Server} has no sample of the query '{range.Query}' from {Phrase.Of(range.From)} to {Phrase.Of(range.To)}: "
            + "look whether its labels are right, and how long the server keeps samples."]);
    }

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private async Task<(byte[] Json, string? Warning)> AskAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        // By POST, as a query can be longer than an address.
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["query"] = range.Query,
            ["start"] = Seconds(from.ToUnixTimeMilliseconds()),
            ["end"] = Seconds(to.ToUnixTimeMilliseconds()),
            ["step"] = Seconds((long)range.Step.TotalMilliseconds),
        });
        try
        {
            var address = new Uri($"{Server}/api/v1/query_range");
            using var response = await client.PostAsync(address, form, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw Refused(response.StatusCode, Words(body));
            return (body, Warning(body));
        }
        catch (HttpRequestException e)
        {
            throw new ScalingException(ScalingErrorKind.MetricsUnavailable, $"{Server} cannot be reached: {Phrase.Of(e)}.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ScalingException(
                ScalingErrorKind.MetricsUnavailable,
                $"{Server} did not answer the query '{range.Query}' within {Phrase.Of(client.Timeout)}: "
                + "take a longer step, or a simpler query.",
                e);
        }
    }

    private ScalingException Refused(HttpStatusCode status, string words)
    {
        var (kind, hint) = (int)status switch
        {
            400 => (ScalingErrorKind.InvalidConfiguration, ""),
            401 or 403 => (ScalingErrorKind.InvalidConfiguration, " It wants to know who asks: give a user and a password, or a token."),
            404 or 405 => (ScalingErrorKind.InvalidConfiguration, " Is that the address of a Prometheus server, with the path of its API?"),
            422 => (ScalingErrorKind.InvalidConfiguration, " Take a longer step, or a query that reads less."),
            429 or 502 or 503 or 504 => (ScalingErrorKind.MetricsUnavailable, " Try again later, or with a longer step."),
            _ => (ScalingErrorKind.MetricsUnavailable, ""),
        };
        return new(kind, $"{Server} refused the query '{range.Query}' ({Phrase.Exact((int)status)}): {words}.{hint}");
    }

    /// <summary>What the server says itself: the error of its JSON, or else the beginning of its text.</summary>
    private static string Words(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var error))
            {
                var kind = root.TryGetProperty("errorType", out var type) ? $"{type}: " : "";
                return Short($"{kind}{error}");
            }
        }
        catch (JsonException)
        {
            // Plain text, as 401 comes, or a page of a proxy.
        }

        return Short(Encoding.UTF8.GetString(body));
    }

    private static string Short(string text)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return text.Length == 0 ? "it says no more" : text.Length <= LongestWords ? text : $"{text[..LongestWords]}...";
    }

    private static string? Warning(ReadOnlySpan<byte> body)
    {
        // It stands before or behind all samples, which are skipped without being read.
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isWarnings = reader.ValueTextEquals("warnings");
                reader.Read();
                if (isWarnings && reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.String)
                    return Short(reader.GetString()!);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Who reads the samples says what is wrong with it.
        }

        return null;
    }

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString(CultureInfo.InvariantCulture);
}
