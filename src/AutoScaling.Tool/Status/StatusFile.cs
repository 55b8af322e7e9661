using System.Collections.Immutable;
using System.Text.Json;
using AutoScaling.Primitives;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Status;

/// <summary>Reads how targets stand from what a host writes: its decision log or its state file. The host may go on meanwhile.</summary>
/// <param name="path">The file.</param>
internal sealed class StatusFile(string path) : IStatusPlace
{
    // As many of one target as a host keeps by default.
    private const int MostRecent = 10;

    public string Name => $"'{path}'";

    public Task<StatusReport> ReadAsync(string? target, CancellationToken stop)
    {
        var lines = Files.Read(path, "Status file", p => IsLog(p) ? OfLog(p, target) : OfState(p));
        if (target is not null) lines = lines.RemoveAll(l => !string.Equals(l.Target, target, StringComparison.Ordinal));
        return lines.IsEmpty && target is not null
            ? throw new CommandException($"{Name} says nothing of '{target}'.")
            : Task.FromResult(new StatusReport(lines));
    }

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

    private static ImmutableArray<TargetLine> OfLog(string path, string? target)
    {
        var last = new SortedDictionary<string, ScalingRecord>(StringComparer.Ordinal);
        var recent = new Queue<ScalingRecord>();
        foreach (var record in DecisionLog.Read(path))
        {
            last[record.Target.Name] = record;
            if (!string.Equals(record.Target.Name, target, StringComparison.Ordinal)) continue;
            recent.Enqueue(record);
            if (recent.Count > MostRecent) recent.Dequeue();
        }

        return [.. last.Values.Select(r => Of(r, string.Equals(r.Target.Name, target, StringComparison.Ordinal) ? recent : []))];
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

    private static TargetLine Of(ScalingRecord record, IEnumerable<ScalingRecord> recent) => new()
    {
        Target = record.Target.Name,
        At = record.At,
        Ready = record.Observation?.Replicas.Ready,
        Wanted = record.Decision?.To,
        Range = record.Decision is { Range: var range } ? new(range.Min, range.Max) : null,
        Outcome = Outcome(record),
        HeldBack = HeldBack.Of(HostJson.Of(record.Decision)),
        Override = record.Next.Override?.ToString(),
        Explanation = record.Explain(),
        IsTrouble = record.Error is not null || record.Outcome.Kind == ScaleOutcomeKind.Failed,
        Recent = [.. recent.Reverse().Select(r => new EvaluationLine(r.At, Outcome(r), r.Explain()))],
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

    private static string? Outcome(ScalingRecord record) => record.Decision is null ? null : Phrase.Words($"{record.Outcome.Kind}", ' ');
}
