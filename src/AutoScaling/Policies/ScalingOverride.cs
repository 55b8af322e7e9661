using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What a person may say about a target.</summary>
[JsonConverter(typeof(WordConverter<ScalingOverrideKind>))]
public enum ScalingOverrideKind
{
    /// <summary>Nothing is scaled.</summary>
    Pause,

    /// <summary>No replicas are added.</summary>
    PauseScaleUp,

    /// <summary>No replicas are removed.</summary>
    PauseScaleDown,

    /// <summary>There are as many replicas as the person says.</summary>
    Hold,
}

/// <summary>
/// What a person has said about a target: pause, or hold a count. It goes before rules, bounds and guards, until its time is over or
/// someone takes it back. Part of the state, so that it outlives a restart and goes on under another leader.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ScalingOverride
{
    private const int LongestText = 500;

    /// <summary>What the policy says with <see cref="ScalingPolicy.Paused"/>; it ends when the policy no longer says so.</summary>
    internal static readonly ScalingOverride ByPolicy = new(ScalingOverrideKind.Pause, null, null, null, "its policy says so", null);

    [JsonConstructor]
    internal ScalingOverride(
        ScalingOverrideKind kind, int? replicas, DateTimeOffset? since, DateTimeOffset? until, string? reason, string? by)
    {
        if (kind == ScalingOverrideKind.Hold)
            Bounds.Count.Check(replicas ?? throw Bounds.Broken("Replicas of a hold", "a count", null), "Replicas of a hold");
        else if (replicas is not null) throw Bounds.Broken($"Replicas of a {Phrase.Words($"{kind}", ' ')}", "left out", replicas);
        if (until <= since)
            throw Bounds.Broken("Until of an override", $"after its beginning ({Phrase.Of(since.Value)})", Phrase.Of(until.Value));
        (Kind, Replicas, Since, Until) = (kind, replicas, since, until);
        (Reason, By) = (Text(reason, nameof(Reason), "an override"), Text(by, nameof(By), "an override"));
    }

    /// <summary>What is to be done.</summary>
    [JsonInclude]
    [JsonRequired]
    public ScalingOverrideKind Kind { get; internal init; }

    /// <summary>The count that is held; <see langword="null"/> unless the kind is <see cref="ScalingOverrideKind.Hold"/>.</summary>
    public int? Replicas { get; }

    /// <summary>When it was said; <see langword="null"/> if the policy says so.</summary>
    public DateTimeOffset? Since { get; }

    /// <summary>When it is over; <see langword="null"/>: when someone takes it back.</summary>
    public DateTimeOffset? Until { get; }

    /// <summary>Why; <see langword="null"/> if nobody said.</summary>
    public string? Reason { get; }

    /// <summary>By whom; <see langword="null"/> if nobody said.</summary>
    public string? By { get; }

    /// <summary>Whether replicas may not be removed while it is in force.</summary>
    internal bool StopsScaleDown => Kind != ScalingOverrideKind.PauseScaleUp;

    /// <summary>Nothing is scaled, or nothing in one direction. Bounds do not act there either.</summary>
    /// <param name="since">When it is said.</param>
    /// <param name="kind">Which directions; not <see cref="ScalingOverrideKind.Hold"/>.</param>
    /// <param name="until">When it is over; later than <paramref name="since"/>.</param>
    /// <param name="reason">Why; at most 500 characters, all of which can be seen.</param>
    /// <param name="by">By whom; at most 500 characters, all of which can be seen.</param>
    /// <exception cref="ScalingException">Something breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingOverride Pause(
        DateTimeOffset since,
        ScalingOverrideKind kind = ScalingOverrideKind.Pause,
        DateTimeOffset? until = null,
        string? reason = null,
        string? by = null) => new(kind, null, since, until, reason, by);

    /// <summary>There are as many replicas as someone says, whatever the metrics and bounds say.</summary>
    /// <param name="replicas">The count; at least 0.</param>
    /// <param name="since">When it is said.</param>
    /// <param name="until">When it is over; later than <paramref name="since"/>.</param>
    /// <param name="reason">Why; at most 500 characters, all of which can be seen.</param>
    /// <param name="by">By whom; at most 500 characters, all of which can be seen.</param>
    /// <exception cref="ScalingException">Something breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingOverride Hold(
        int replicas, DateTimeOffset since, DateTimeOffset? until = null, string? reason = null, string? by = null) =>
        new(ScalingOverrideKind.Hold, replicas, since, until, reason, by);

    /// <summary>What it says, as the beginning of a sentence: <c>Paused by ann until 2026-05-01 12:00:00Z: migration</c>.</summary>
    public override string ToString() => Sentence(Until is { } until ? $" until {Phrase.Of(until)}" : "");

    /// <summary>Whether it still holds.</summary>
    internal bool IsInForce(DateTimeOffset now) => !(Until <= now);

    /// <summary>What it says, with the words for until when.</summary>
    internal string Sentence(string until)
    {
        var what = Kind switch
        {
            ScalingOverrideKind.Hold => $"Held at {Phrase.Replicas(Replicas!.Value)}",
            ScalingOverrideKind.PauseScaleUp => "Scale-ups are paused",
            ScalingOverrideKind.PauseScaleDown => "Scale-downs are paused",
            _ => "Paused",
        };
        return $"{what}{(By is null ? "" : $" by {By}")}{until}{(Reason is null ? "" : $": {Reason.TrimEnd('.', ' ')}")}";
    }

    /// <summary>What a person says, if it can be shown.</summary>
    /// <exception cref="ScalingException">It cannot (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    internal static string? Text(string? text, string setting, string of)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (text.Length > LongestText)
            throw Bounds.Broken($"{setting} of {of}", $"at most {LongestText} characters long", text.Length);
        return !Invisible.IsIn(text) ? text : throw Bounds.Broken($"{setting} of {of}", "a text without invisible characters", text);
    }
}
