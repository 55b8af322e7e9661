using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AutoScaling.Simulation.Loads;

/// <summary>Reads what the AWS CLI prints of CloudWatch, and the answers of Datadog's query of time series.</summary>
/// <remarks>
/// Sources of the formats: <c>aws cloudwatch get-metric-statistics</c> (<c>Datapoints</c>) and <c>get-metric-data</c>
/// (<c>MetricDataResults</c>) of the AWS CLI; Datadog's <c>GET /api/v1/query</c> (<c>series</c> with <c>pointlist</c>).
/// </remarks>
internal static class CloudWatchLoad
{
    private static readonly ImmutableArray<string> Statistics = ["Sum", "Average", "Maximum", "Minimum", "SampleCount"];

    public static LoadRows Parse(ReadOnlyMemory<byte> json, string name, string file, LoadOptions options)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw LoadFile.Wrong(file, (int)(e.LineNumber ?? 0) + 1, "it must be JSON, and ends or breaks here");
        }

        using (document)
        {
            List<Series> all = [.. Find(document.RootElement, file)];
            var chosen = Choose(all, options.Column, file);
            List<LoadSample> samples = [];
            foreach (var (time, value) in chosen.Points())
            {
                if (TimeOf(time) is not { } ticks) throw Wrong($"must have a time, but has {LoadFile.Shown(time.ToString())}");
                if (ValueOf(value) is not { } load || load < 0)
                    throw Wrong($"must have a value of at least 0, but has {LoadFile.Shown(value.ToString())}");
                samples.Add(new(ticks, load, 0));

                ScalingException Wrong(string what) =>
                    LoadFile.Wrong(file, 0, string.Create(CultureInfo.InvariantCulture, $"sample {samples.Count + 1} {what}"));
            }

            if (samples.Count == 0) throw Empty(file);
            return LoadSamples.Rows(samples, isDated: true, options, name, file);
        }
    }

    private static IEnumerable<Series> Find(JsonElement root, string file)
    {
        if (root.ValueKind == JsonValueKind.Array) return OfDatapoints(root);
        if (Member(root, "Datapoints") is { ValueKind: JsonValueKind.Array } points) return OfDatapoints(points);
        if (Member(root, "MetricDataResults").ValueKind == JsonValueKind.Array) return Items(root, "MetricDataResults").Select(OfResult);
        if (Member(root, "series").ValueKind == JsonValueKind.Array) return Items(root, "series").Select(OfPointList);
        throw LoadFile.Wrong(
            file, 0, "it must hold Datapoints or MetricDataResults of CloudWatch, or series of Datadog, but holds none of them");
    }

    // Each statistic that was asked for is a series.
    private static IEnumerable<Series> OfDatapoints(JsonElement points)
    {
        List<JsonElement> all = [.. points.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Object)];
        var extended = all.Select(p => Member(p, "ExtendedStatistics")).Where(e => e.ValueKind == JsonValueKind.Object)
            .SelectMany(e => e.EnumerateObject().Select(s => s.Name)).Distinct(StringComparer.Ordinal);
        foreach (var name in Statistics.Where(s => all.Exists(p => p.TryGetProperty(s, out _))).Concat(extended))
            yield return new([name], () => all.Select(p => (Member(p, "Timestamp"), Statistic(p, name))));
    }

    private static JsonElement Statistic(JsonElement point, string name) =>
        point.TryGetProperty(name, out var value) ? value : Member(Member(point, "ExtendedStatistics"), name);

    private static Series OfResult(JsonElement result)
    {
        return new(Texts(result, ["Id", "Label"]), () => Items(result, "Timestamps").Zip(Items(result, "Values")));
    }

    private static Series OfPointList(JsonElement series)
    {
        var pairs = Items(series, "pointlist").Where(p => p.ValueKind == JsonValueKind.Array && p.GetArrayLength() == 2);
        return new(Texts(series, ["scope", "display_name", "metric", "expression"]), () => pairs.Select(p => (p[0], p[1])));
    }

    private static ImmutableArray<string> Texts(JsonElement element, ReadOnlySpan<string> names)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names)
        {
            if (Member(element, name) is { ValueKind: JsonValueKind.String } text) texts.Add(text.GetString()!);
        }

        return texts.ToImmutable();
    }

    private static List<JsonElement> Items(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static Series Choose(List<Series> all, string? wanted, string file)
    {
        if (all.Count == 0) throw Empty(file);
        var matching = wanted is null ? all : all.FindAll(s => s.Names.Contains(wanted, StringComparer.OrdinalIgnoreCase));
        if (matching.Count == 1) return matching[0];
        var names = string.Join(", ", all.Select(s => LoadFile.Shown(s.Names.FirstOrDefault() ?? "")));
        throw new ScalingException([wanted is null || matching.Count > 1
            ? $"Load trace '{file}' holds several series: {names}. Say which is the load (Column; --column NAME)."
            : $"Load trace '{file}' has no column '{wanted}': it has {names}."]);
    }

    private static ScalingException Empty(string file) => LoadFile.Wrong(
        file, 0, "it must hold samples, but holds none: look whether name, dimensions and times of the query are right");

    private static long? TimeOf(JsonElement time)
    {
        var text = time.ValueKind switch
        {
            JsonValueKind.String => time.GetString()!,
            JsonValueKind.Number => time.GetRawText(),
            _ => "",
        };
        return text.Length == 0 ? null : new LoadTimes(TimeZoneInfo.Utc, "", [text]).Read(text, out _);
    }

    private static double? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when LoadNumbers.IsGap(value.GetString()!) => double.NaN,
        JsonValueKind.Null or JsonValueKind.Undefined => double.NaN,
        _ => null,
    };

    private sealed record Series(ImmutableArray<string> Names, Func<IEnumerable<(JsonElement Time, JsonElement Value)>> Points);
}
