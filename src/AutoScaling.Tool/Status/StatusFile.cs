using System.Collections.Immutable;
using System.Text.Json;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Status;

/// <summary>Reads how targets stand from what a host writes: its decision log or its state file. The host may go on meanwhile.</summary>
internal static class StatusFile
{
    /// <summary>Reads a file of either kind.</summary>
    /// <exception cref="CommandException">It cannot be read, or is neither.</exception>
    public static ImmutableArray<TargetLine> Read(string path) =>
        Files.Read(path, "Status file", p => IsLog(p) ? OfLog(p) : OfState(p));

    // A line of a log names its target. In a state file the names of targets stand in front of states.
    private static bool IsLog(string path)
    {
        try
        {
            using var line = JsonDocument.Parse(File.ReadLines(path).FirstOrDefault(l => l.Length > 0) ?? "");
            return line.RootElement.ValueKind == JsonValueKind.Object
                && line.RootElement.TryGetProperty("target", out var target) && target.ValueKind == JsonValueKind.String;
        }
        catch (JsonException)
        {
            return path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        }
    }

    private static ImmutableArray<TargetLine> OfLog(string path)
    {
        var last = new SortedDictionary<string, ScalingRecord>(StringComparer.Ordinal);
        foreach (var record in DecisionLog.Read(path)) last[record.Target.Name] = record;
        return [.. last.Values.Select(Of)];
    }

    private static ImmutableArray<TargetLine> OfState(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return
            [
                .. json.RootElement.EnumerateObject()
                    .OrderBy(e => e.Name, StringComparer.Ordinal)
                    .Select(e => Of(e.Name, ScalingState.FromJson(e.Value.GetRawText()))),
            ];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ScalingException)
        {
            throw new CommandException($"Status file '{path}' is neither a decision log nor a state file: {e.Message}");
        }
    }

    private static TargetLine Of(ScalingRecord record) => new()
    {
        Target = record.Target.Name,
        At = record.At,
        Ready = record.Observation?.Replicas.Ready,
        Wanted = record.Decision?.To,
        Outcome = record.Decision is null ? null : Word(record.Outcome.Kind),
        Override = record.Next.Override?.ToString(),
        Explanation = record.Explain(),
        IsTrouble = record.Error is not null || record.Outcome.Kind == ScaleOutcomeKind.Failed,
    };

    private static TargetLine Of(string target, ScalingState state) => new()
    {
        Target = target,
        At = (DateTimeOffset?[])[state.LastScaleUp, state.LastScaleDown] is var times ? times.Max() : null,
        Wanted = state.LastWritten,
        Override = state.Override?.ToString(),
        Explanation = state.Intent is { } intent
            ? $"It is not known what became of a scaling from {intent.From} to {intent.To} replicas."
            : null,
        IsTrouble = state.ConsecutiveFailures > 0,
    };

    private static string Word(ScaleOutcomeKind kind) => kind.ToString().ToLowerInvariant();
}
