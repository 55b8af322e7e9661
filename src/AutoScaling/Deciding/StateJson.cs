using System.Text.Json;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>A <see cref="ScalingState"/> as it is saved.</summary>
internal sealed class StateDocument
{
    public DateTimeOffset? Since { get; set; }

    public List<Entry>? Highs { get; set; }

    public List<Entry>? Lows { get; set; }

    public List<Entry>? Changes { get; set; }

    public DateTimeOffset? LastScaleUp { get; set; }

    public DateTimeOffset? LastScaleDown { get; set; }

    public int ConsecutiveFailures { get; set; }

    public int? LastWritten { get; set; }

    public bool? Snapshot { get; set; }

    public ScalingIntent? Intent { get; set; }

    internal readonly record struct Entry(DateTimeOffset At, int Replicas);
}

/// <summary>Saves and loads states.</summary>
internal static class StateJson
{
    public static string Write(ScalingState state) => JsonSerializer.Serialize(ToDocument(state), DecidingJson.Default.StateDocument);

    public static ScalingState Read(string json) => FromDocument(JsonText.Read(json, DecidingJson.Default.StateDocument, "state"));

    public static StateDocument ToDocument(ScalingState state) => new()
    {
        Since = state.IsNew ? null : new DateTimeOffset(state.Since, TimeSpan.Zero),
        Highs = List(state.Highs),
        Lows = List(state.Lows),
        Changes = List(state.Changes),
        LastScaleUp = state.LastScaleUp,
        LastScaleDown = state.LastScaleDown,
        ConsecutiveFailures = state.ConsecutiveFailures,
        LastWritten = state.LastWritten,
        Snapshot = state.IsSnapshot ? true : null,
        Intent = state.Intent,
    };

    public static ScalingState FromDocument(StateDocument document) => new(
        document.Since?.UtcTicks ?? ScalingState.Never,
        FromEntries(document.Highs),
        FromEntries(document.Lows),
        FromEntries(document.Changes),
        document.LastScaleUp?.UtcTicks ?? ScalingState.Never,
        document.LastScaleDown?.UtcTicks ?? ScalingState.Never,
        document.ConsecutiveFailures,
        document.LastWritten,
        document.Snapshot is true,
        document.Intent);

    private static List<StateDocument.Entry>? List(Timeline? timeline)
    {
        if (timeline is null) return null;
        var list = new List<StateDocument.Entry>(timeline.Length);
        for (var node = timeline; node is not null; node = node.Older) list.Add(new(new(node.At, TimeSpan.Zero), node.Value));
        return list;
    }

    private static Timeline? FromEntries(List<StateDocument.Entry>? newestFirst)
    {
        Timeline? timeline = null;
        for (var i = (newestFirst?.Count ?? 0) - 1; i >= 0; i--) timeline = Timeline.Add(timeline, newestFirst![i].At.UtcTicks, newestFirst[i].Replicas);
        return timeline;
    }
}
