using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AutoScaling.Simulation.Reports;

/// <summary>What the plots of an HTML report are drawn from, as compressed JSON. The script opens only what is looked at.</summary>
internal static class PlotData
{
    // The utilization of all runs together. Beyond it, several steps become one lowest and one highest value, so that a file stays within
    // some ten MB.
    private const long MostUtilizations = 8_000_000;

    // Nothing here becomes HTML: it is compressed, and the script only ever writes it as text.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How many steps share one utilization.</summary>
    public static int Stride(Comparison comparison) =>
        (int)Math.Max(1, (comparison.Runs.Sum(r => (long)r.Utilization.Length) + MostUtilizations - 1) / MostUtilizations);

    public static string Of(Workload workload) => Compressed(json =>
    {
        RunLengths(
            json,
            "load",
            workload.Load.AsSpan(),
            (writer, value) => writer.WriteNumberValue((float)Math.Min(value, float.MaxValue)));
        RunLengths(json, "demand", workload.Demand.AsSpan(), (writer, value) => writer.WriteNumberValue(value));
    });

    public static string Of(BacktestRun run, int stride) => Compressed(json =>
    {
        RunLengths(json, "ready", run.Ready.AsSpan(), (writer, value) => writer.WriteNumberValue(value));
        RunLengths(json, "desired", run.Desired.AsSpan(), (writer, value) => writer.WriteNumberValue(value));
        json.WriteStartObject("utilization");
        json.WriteNumber("stride", stride);
        Utilization(json, "low", run.Utilization.AsSpan(), stride, Math.Min, float.PositiveInfinity);
        if (stride > 1) Utilization(json, "high", run.Utilization.AsSpan(), stride, Math.Max, float.NegativeInfinity);
        json.WriteEndObject();
        Shortages(json, run);
        Scalings(json, run);
        ForecastCourse.Write(json, run);
    });

    private static string Compressed(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        using (var json = new Utf8JsonWriter(zip, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Convert.ToBase64String(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void RunLengths<T>(Utf8JsonWriter json, string name, ReadOnlySpan<T> values, Action<Utf8JsonWriter, T> write)
        where T : IEquatable<T>
    {
        List<int> starts = [];
        for (var i = 0; i < values.Length; i++)
        {
            if (i == 0 || !values[i].Equals(values[i - 1])) starts.Add(i);
        }

        json.WriteStartObject(name);
        json.WriteStartArray("length");
        for (var i = 0; i < starts.Count; i++) json.WriteNumberValue((i + 1 < starts.Count ? starts[i + 1] : values.Length) - starts[i]);
        json.WriteEndArray();
        json.WriteStartArray("value");
        foreach (var start in starts) write(json, values[start]);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // In thousandths; null where no replica was ready in all of the steps.
    private static void Utilization(
        Utf8JsonWriter json, string name, ReadOnlySpan<float> values, int stride, Func<float, float, float> pick, float none)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Length; i += stride)
        {
            var picked = none;
            foreach (var value in values.Slice(i, Math.Min(stride, values.Length - i)))
            {
                if (!float.IsNaN(value)) picked = pick(picked, value);
            }

            if (float.IsFinite(picked)) json.WriteNumberValue((int)Math.Round(picked * 1000.0));
            else json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private static void Shortages(Utf8JsonWriter json, BacktestRun run)
    {
        var shortages = Shortage.Of(run);
        json.WriteStartObject("shortages");
        Column(json, "from", shortages, s => s.From);
        Column(json, "length", shortages, s => s.Length);
        Column(json, "missing", shortages, s => s.Missing);
        json.WriteEndObject();
    }

    private static void Scalings(Utf8JsonWriter json, BacktestRun run)
    {
        // Times are in milliseconds, each since the one before: small numbers compress well.
        var before = run.Workload.Trace.Start;
        json.WriteStartObject("scalings");
        json.WriteStartArray("after");
        foreach (var scaling in run.Scalings)
        {
            json.WriteNumberValue((scaling.At.ToUnixTimeMilliseconds()) - before.ToUnixTimeMilliseconds());
            before = scaling.At;
        }

        json.WriteEndArray();
        Column(json, "from", run.Scalings, s => s.From);
        Column(json, "to", run.Scalings, s => s.To);
        json.WriteStartArray("text");
        foreach (var scaling in run.Scalings) json.WriteStringValue(scaling.Explain());
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Column<T>(Utf8JsonWriter json, string name, IEnumerable<T> rows, Func<T, int> value)
    {
        json.WriteStartArray(name);
        foreach (var row in rows) json.WriteNumberValue(value(row));
        json.WriteEndArray();
    }
}
