using System.Text.Json;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>A <see cref="ScalingState"/> as it is saved.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class StateDocument
{
    /// <summary>The version of this form. A later library reads every earlier one; an earlier library refuses a later one.</summary>
    public const int Current = 1;

    public int Version { get; set; } = Current;

    public DateTimeOffset? Since { get; set; }

    public List<Entry>? Highs { get; set; }

    public List<Entry>? Lows { get; set; }

    public List<Entry>? Changes { get; set; }

    public List<Entry>? Foreign { get; set; }

    public DateTimeOffset? LastScaleUp { get; set; }

    public DateTimeOffset? LastScaleDown { get; set; }

    public int ConsecutiveFailures { get; set; }

    public int? LastWritten { get; set; }

    public bool? Snapshot { get; set; }

    public ScalingOverride? Override { get; set; }

    /// <summary>What somebody switched while the host ran; <see langword="null"/>: as the policy says.</summary>
    public bool? Enabled { get; set; }

    public ScalingIntent? Intent { get; set; }

    public Dictionary<string, RuleMemory>? Memories { get; set; }

    public DateTimeOffset? LastHeld { get; set; }

    public int? Restore { get; set; }

    public int? LastNeed { get; set; }

    /// <summary>When somebody else has set the count back, and to what.</summary>
    public List<Entry>? SetBacks { get; set; }

    /// <summary>When that was told last.</summary>
    public DateTimeOffset? SetBackTold { get; set; }

    /// <summary>How many replicas are on top; <see langword="null"/>: none.</summary>
    public int? OnTop { get; set; }

    /// <summary>By metric, when it was last usable.</summary>
    public Dictionary<string, DateTimeOffset>? LastUsable { get; set; }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal readonly record struct Entry
    {
        public required DateTimeOffset At { get; init; }

        public required int Replicas { get; init; }

        /// <summary>Only of our own changes; <see langword="null"/>: metrics.</summary>
        public ScaleCause? Cause { get; init; }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StateDocument))]
internal sealed partial class StateContext : JsonSerializerContext;

/// <summary>
/// Saves and loads states. What cannot be read whole is refused: a state without its recommendations would let replicas go.
/// </summary>
internal static class StateJson
{
    public static string Write(ScalingState state) => JsonSerializer.Serialize(ToDocument(state), StateContext.Default.StateDocument);

    public static ScalingState Read(string json) => FromDocument(JsonText.Read(json, StateContext.Default.StateDocument, "state"));

    public static StateDocument ToDocument(ScalingState state) => new()
    {
        Since = state.IsNew ? null : new DateTimeOffset(state.Since, TimeSpan.Zero),
        Highs = state.IsNew ? null : List(state.Highs),
        Lows = state.IsNew ? null : List(state.Lows),
        Changes = state.Changes is null ? null : List(state.Changes),
        Foreign = state.Foreign is null ? null : List(state.Foreign),
        LastScaleUp = state.LastScaleUp,
        LastScaleDown = state.LastScaleDown,
        ConsecutiveFailures = state.ConsecutiveFailures,
        LastWritten = state.LastWritten,
        Snapshot = state.IsSnapshot ? true : null,
        Override = state.Override,
        Enabled = state.Extras?.Enabled,
        Intent = state.Intent,
        Memories = state.Memories?.ByRule.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal),
        LastHeld = state.Extras is { LastHeld: not ScalingState.Never } held ? new DateTimeOffset(held.LastHeld, TimeSpan.Zero) : null,
        Restore = state.Extras?.Restore,
        LastNeed = state.Extras?.LastNeed,
        SetBacks = state.Extras?.SetBacks is { } setBacks ? List(setBacks.Times) : null,
        SetBackTold = state.Extras?.SetBacks?.ToldAt is { } told ? new DateTimeOffset(told, TimeSpan.Zero) : null,
        OnTop = state.Extras is { OnTop: > 0 and var top } ? top : null,
        LastUsable = MetricTimes.ToDocument(state.Extras?.LastUsable ?? []),
    };

    /// <exception cref="ScalingException">The document is no whole state (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingState FromDocument(StateDocument document)
    {
        if (Wrong(document) is { } wrong) throw ScalingException.Invalid($"The state cannot be read: {wrong}.");
        return new(Ticks(document.Since), Ticks(document.LastScaleUp), Ticks(document.LastScaleDown))
        {
            Highs = FromEntries(document.Highs),
            Lows = FromEntries(document.Lows),
            Changes = FromEntries(document.Changes),
            ConsecutiveFailures = document.ConsecutiveFailures,
            LastWritten = document.LastWritten,
            IsSnapshot = document.Snapshot is true,
            Extras = new StateExtras
            {
                Override = document.Override,
                Enabled = document.Enabled,
                Intent = document.Intent,
                Memories = RuleMemories.Of([.. document.Memories ?? []]),
                Foreign = FromEntries(document.Foreign, ScaleCause.SomeoneElse),
                LastHeld = Ticks(document.LastHeld),
                Restore = document.Restore,
                LastNeed = document.LastNeed,
                SetBacks = FromEntries(document.SetBacks) is { } times
                    ? new() { Times = times, ToldAt = document.SetBackTold?.UtcTicks }
                    : null,
                OnTop = document.OnTop ?? 0,
                LastUsable = MetricTimes.FromDocument(document.LastUsable),
            }.Kept(null),
        };
    }

    private static long Ticks(DateTimeOffset? time) => time?.UtcTicks ?? ScalingState.Never;

    private static string? Wrong(StateDocument document)
    {
        if (document.Version != StateDocument.Current)
            return $"version must be {StateDocument.Current}, but is {Phrase.Exact(document.Version)}";
        if (document.ConsecutiveFailures is < 0 or > int.MaxValue / 2)
            return $"consecutiveFailures must be at least 0, but is {Phrase.Exact(document.ConsecutiveFailures)}";
        if (document.Intent?.OnTop < 0) return $"onTop of the intent must be at least 0, but is {Phrase.Exact(document.Intent.OnTop)}";
        if (document.OnTop < 0) return $"onTop must be at least 0, but is {Phrase.Exact(document.OnTop)}";
        if (document.LastWritten < 0) return $"lastWritten must be at least 0, but is {Phrase.Exact(document.LastWritten)}";
        if (document.Intent is { } intent && (intent.From < 0 || intent.To < 0 || intent.From == intent.To))
            return $"intent must go from one count to another, but goes from {Phrase.Exact(intent.From)} to {Phrase.Exact(intent.To)}";
        if (document.SetBacks?.Count > Deciding.SetBacks.Many)
            return $"setBacks must hold at most {Deciding.SetBacks.Many}, but hold {Phrase.Exact(document.SetBacks.Count)}";
        if (document.Memories?.FirstOrDefault(m => m.Value is null) is { Key: { } name }) return $"the memory of '{name}' is null";

        // Before the first evaluation there is no past; from then on there are lists of recommendations, though they may be empty.
        var isNew = document is
        {
            Highs: null, Lows: null, Changes: null, Foreign: null, LastScaleUp: null, LastScaleDown: null, LastWritten: null,
            Snapshot: not true, Intent: null, Memories: null, LastHeld: null, Restore: null, LastNeed: null, LastUsable: null,
        };
        if (document.Since is null) return isNew ? null : "it has a past, but no time since when";
        return WrongOrder("highs", document.Highs, (newer, older) => newer < older)
            ?? WrongOrder("lows", document.Lows, (newer, older) => newer > older)
            ?? (document.Changes is null ? null : WrongOrder("changes", document.Changes, (_, _) => true))
            ?? (document.Foreign is null ? null : WrongOrder("foreign", document.Foreign, (_, _) => true))
            ?? (document.SetBacks is null ? null : WrongOrder("setBacks", document.SetBacks, (_, _) => true));
    }

    private static string? WrongOrder(string name, List<StateDocument.Entry>? newestFirst, Func<int, int, bool> inOrder)
    {
        if (newestFirst is null) return $"it has no {name}";
        for (var i = 1; i < newestFirst.Count; i++)
        {
            if (newestFirst[i - 1].At < newestFirst[i].At) return $"{name} must be listed newest first, but are not";
            if (!inOrder(newestFirst[i - 1].Replicas, newestFirst[i].Replicas))
                return $"{name} must hold only what may still count, but hold more";
        }

        return null;
    }

    private static List<StateDocument.Entry> List(Timeline? timeline)
    {
        var list = new List<StateDocument.Entry>(timeline?.Length ?? 0);
        for (var node = timeline; node is not null; node = node.Older)
            list.Add(new()
            {
                At = new(node.At, TimeSpan.Zero),
                Replicas = node.Value,
                Cause = node.Cause is ScaleCause.Metrics or ScaleCause.SomeoneElse ? null : node.Cause,
            });
        return list;
    }

    private static Timeline? FromEntries(List<StateDocument.Entry>? newestFirst, ScaleCause cause = ScaleCause.Metrics)
    {
        Timeline? timeline = null;
        for (var i = (newestFirst?.Count ?? 0) - 1; i >= 0; i--)
            timeline = Timeline.Add(timeline, newestFirst![i].At.UtcTicks, newestFirst[i].Replicas, newestFirst[i].Cause ?? cause);
        return timeline;
    }
}

/// <summary>Lets every serializer write and read states as <see cref="StateJson"/> does.</summary>
internal sealed class StateConverter() : DocumentConverter<ScalingState, StateDocument>(
    StateContext.Default.StateDocument, StateJson.ToDocument, StateJson.FromDocument, "state");
