using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>A <see cref="ScalingDecision"/> as it is written.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class DecisionDocument
{
    public ScalingTarget? Target { get; set; }

    public DateTimeOffset? At { get; set; }

    public int? From { get; set; }

    public int? To { get; set; }

    public ScaleCause Cause { get; set; }

    public int? Recommended { get; set; }

    public ReplicaRange? Range { get; set; }

    public ImmutableArray<Recommendation> Recommendations { get; set; }

    public ImmutableArray<GuardStep> Steps { get; set; } = [];

    public int? Expected { get; set; }

    public DateTimeOffset? Due { get; set; }

    public ScalingOverride? Override { get; set; }

    public Headroom? Headroom { get; set; }

    public Projection? Projection { get; set; }

    /// <summary>How many replicas were and are on top of what the rules ask for; <see langword="null"/>: none.</summary>
    public OnTop? OnTop { get; set; }

    /// <summary>Whether it was the first after a gap; <see langword="null"/>: no.</summary>
    public bool? AfterGap { get; set; }

    /// <summary>Since when somebody else has set the count back many times, if it tells that.</summary>
    public DateTimeOffset? SetBackSince { get; set; }

    /// <summary>When the metrics of which the policy must know it were last usable.</summary>
    public Dictionary<string, DateTimeOffset>? LastUsable { get; set; }

    /// <summary><see langword="null"/>: they were on.</summary>
    public bool? SafetyGuards { get; set; }

    /// <summary>For people and for other programs; when a decision is read it is made anew.</summary>
    public string? Explanation { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DecisionDocument))]
internal sealed partial class DecisionContext : JsonSerializerContext;

/// <summary>Writes and reads decisions. What is no whole decision is refused.</summary>
internal static class DecisionJson
{
    public static string Write(ScalingDecision decision) =>
        JsonSerializer.Serialize(ToDocument(decision), DecisionContext.Default.DecisionDocument);

    public static ScalingDecision Read(string json) =>
        FromDocument(JsonText.Read(json, DecisionContext.Default.DecisionDocument, "decision"));

    public static DecisionDocument ToDocument(ScalingDecision decision) => new()
    {
        Target = decision.Target,
        At = decision.At,
        From = decision.From,
        To = decision.To,
        Cause = decision.Cause,
        Recommended = decision.Recommended,
        Range = decision.Range,
        Recommendations = decision.Recommendations,
        Steps = decision.Steps,
        Expected = decision.Expected,
        Due = decision.Due,
        Override = decision.Override,
        Headroom = decision.Headroom,
        Projection = decision.Projection,
        OnTop = decision.Aside?.OnTop,
        AfterGap = decision.Aside is { IsFirstAfterGap: true } ? true : null,
        SetBackSince = decision.SetBackSince,
        LastUsable = MetricTimes.ToDocument(decision.Aside?.LastUsable ?? []),
        SafetyGuards = decision.IsGuarded ? null : false,
        Explanation = decision.Explain(),
    };

    /// <exception cref="ScalingException">
    /// The document is no whole decision (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static ScalingDecision FromDocument(DecisionDocument document)
    {
        if (Wrong(document) is { } wrong) throw ScalingException.Invalid($"The decision cannot be read: {wrong}.");
        var decision = new ScalingDecision(document.Target!, document.At!.Value, document.From!.Value, document.To!.Value)
        {
            Cause = document.Cause,
            Recommended = document.Recommended,
            Range = document.Range!.Value,
            Recommendations = document.Recommendations,
            Steps = document.Steps,
            Expected = document.Expected,
            Aside = new DecisionAside
            {
                Override = document.Override,
                Headroom = document.Headroom,
                Projection = document.Projection,
                IsFirstAfterGap = document.AfterGap == true,
                SetBackSince = document.SetBackSince?.UtcTicks,
                LastUsable = MetricTimes.FromDocument(document.LastUsable),
                OnTop = document.OnTop,
            }.Kept(),
            IsGuarded = document.SafetyGuards ?? true,
        };
        return document.Due is null ? decision : decision.DueAt(document.Due);
    }

    private static string? Wrong(DecisionDocument document)
    {
        if (document.Target is null) return "it has no target";
        if (document.At is null) return "it has no time (at)";
        if (document.From is null || document.To is null) return "it has no counts (from, to)";
        if (document.Range is null) return "it has no range";
        if (document.Expected < 0) return $"expected must be at least 0, but is {Phrase.Exact(document.Expected)}";
        if (document.OnTop is { } top && (top.Before < 0 || top.After < 0))
            return $"onTop must be at least 0, but is {Phrase.Exact(top.Before)} and {Phrase.Exact(top.After)}";
        return document.Recommendations.IsDefaultOrEmpty ? "it has no recommendations" : null;
    }
}

/// <summary>Lets every serializer write and read decisions as <see cref="DecisionJson"/> does.</summary>
internal sealed class DecisionConverter() : DocumentConverter<ScalingDecision, DecisionDocument>(
    DecisionContext.Default.DecisionDocument, DecisionJson.ToDocument, DecisionJson.FromDocument, "decision");
