using System.Net;
using System.Text;
using System.Text.Json;
using AutoScaling.Prometheus.Primitives;

namespace AutoScaling.Prometheus.Client;

/// <summary>What a server says when it does not answer a query: JSON of Prometheus, or the plain text of a proxy.</summary>
internal static class ErrorBody
{
    // A parse error quotes the expression; a proxy sends a page.
    private const int MostWords = 300;

    /// <summary>The sentence of a reading.</summary>
    /// <param name="status">The status of the response.</param>
    /// <param name="body">Its body, or the beginning of it.</param>
    /// <param name="hide">Takes secrets out of what the server said.</param>
    /// <param name="retryAfter">How long the server asks to wait.</param>
    public static PrometheusException Explain(
        HttpStatusCode status, ReadOnlySpan<byte> body, Func<string, string> hide, TimeSpan? retryAfter)
    {
        var (kind, words) = Read(body);
        var said = OneLine(hide(words));
        var code = $"{(int)status}{(kind.Length > 0 ? $", {kind}" : "")}";
        var what = status switch
        {
            HttpStatusCode.BadRequest => "refuses the query",
            HttpStatusCode.Unauthorized => "refuses the credentials",
            HttpStatusCode.Forbidden => "forbids the query",
            HttpStatusCode.NotFound => "knows no such address, so look at Url",
            HttpStatusCode.UnprocessableContent => "cannot execute the query",
            HttpStatusCode.TooManyRequests => "has too many requests",
            HttpStatusCode.ServiceUnavailable => "is not available",
            >= (HttpStatusCode)300 and < (HttpStatusCode)400 => "sends us elsewhere, so look at Url",
            _ => "answered with an error",
        };
        return new($"the server {what} ({code}){(said.Length > 0 ? $": {said}" : "")}")
        {
            IsLasting = status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableContent,
            RetryAfter = retryAfter,
        };
    }

    /// <summary>Text of the server on one line, and not too long; without the full stop that the sentence around it has.</summary>
    public static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
        return line.Length > MostWords ? line[..MostWords] + "..." : line.TrimEnd('.');
    }

    private static (string Kind, string Words) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object) return (Text(root, "errorType"), Text(root, "error"));
        }
        catch (JsonException)
        {
            // Plain text, or a page, or the beginning of something long.
        }

        var text = Encoding.UTF8.GetString(body);
        return ("", text.TrimStart().StartsWith('<') ? "a page of HTML" : text);
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
