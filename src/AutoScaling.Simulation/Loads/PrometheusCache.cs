using System.Globalization;
using System.Text.Json;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>Samples of a query in a file: an answer of Prometheus, with what was asked.</summary>
internal sealed class PrometheusCache(string path)
{
    /// <summary>The samples, if the file holds those of the query; <see langword="null"/> if they have to be asked for.</summary>
    /// <param name="range">What is asked.</param>
    /// <param name="options">Which series is meant, and whether other times do.</param>
    /// <param name="held">What the file holds.</param>
    /// <exception cref="ScalingException">The file is something else, and is not to be replaced.</exception>
    public List<LoadSample>? Read(PrometheusRange range, PrometheusLoadOptions options, out PrometheusRange held)
    {
        held = range;
        if (!File.Exists(path) && !Directory.Exists(path)) return null;
        var bytes = LoadFile.Read(path, () => LoadFile.Bytes(path));
        if (AskedIn(bytes) is not { } asked)
        {
            throw new ScalingException([
                $"The cache '{path}' must be a file that a query wrote, but is another: name one that is not there yet."]);
        }

        held = asked.Range;
        var isSame = asked.Range.Step == range.Step && string.Equals(asked.Range.Query, range.Query, StringComparison.Ordinal)
            && string.Equals(asked.Column, options.Reading.Column ?? "", StringComparison.Ordinal);
        var isTime = asked.Range.From == range.From && asked.Range.To == range.To;
        if (!isSame || !(isTime || (options.AcceptsOlderCache && asked.Range.To - asked.Range.From == range.To - range.From))) return null;
        return PrometheusLoad.Samples(bytes.Span, path, null);
    }

    /// <summary>Writes the samples in one step: a file is whole, or not there.</summary>
    public void Write(PrometheusRange range, LoadOptions options, List<LoadSample> samples)
    {
        try
        {
            var written = $"{path}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.tmp";
            using (var file = File.Create(written))
            using (var json = new Utf8JsonWriter(file)) Write(json, range, options, samples);
            File.Move(written, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"The cache '{path}' cannot be written: {Phrase.Of(e)}.", e);
        }
    }

    private static void Write(Utf8JsonWriter json, PrometheusRange range, LoadOptions options, List<LoadSample> samples)
    {
        json.WriteStartObject();
        json.WriteString("status", "success");
        json.WriteStartObject("asked");
        json.WriteString("query", range.Query);
        json.WriteString("column", options.Column ?? "");
        json.WriteString("from", range.From);
        json.WriteString("to", range.To);
        json.WriteNumber("stepSeconds", range.Step.TotalSeconds);
        json.WriteEndObject();
        json.WriteStartObject("data");
        json.WriteString("resultType", "matrix");
        json.WriteStartArray("result");
        json.WriteStartObject();
        json.WriteStartArray("values");
        foreach (var (ticks, load, _) in samples)
        {
            json.WriteStartArray();
            json.WriteNumberValue((ticks - DateTimeOffset.UnixEpoch.Ticks) / (decimal)TimeSpan.TicksPerSecond);
            json.WriteStringValue(double.IsNaN(load) ? "NaN" : load.ToString("R", CultureInfo.InvariantCulture));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static (PrometheusRange Range, string Column)? AskedIn(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("asked", out var asked)) return null;
            return (new(
                asked.GetProperty("query").GetString()!,
                asked.GetProperty("from").GetDateTimeOffset(),
                asked.GetProperty("to").GetDateTimeOffset(),
                TimeSpan.FromSeconds(asked.GetProperty("stepSeconds").GetDouble())), asked.GetProperty("column").GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }
}
