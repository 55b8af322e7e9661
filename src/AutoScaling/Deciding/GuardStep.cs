using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What may hold a recommendation back, in the order in which it is asked.</summary>
[JsonConverter(typeof(WordConverter<ScalingGuard>))]
public enum ScalingGuard
{
    /// <summary>The target has no replicas, and that switches it off.</summary>
    SwitchedOff,

    /// <summary>The target is outside its range now, and is brought into it at once.</summary>
    OutOfRange,

    /// <summary>A rule could not read its metric; nothing is scaled down.</summary>
    MissingMetrics,

    /// <summary>Not every rule asks for fewer replicas.</summary>
    Agreement,

    /// <summary>A recommendation within the window was more careful.</summary>
    Stabilization,

    /// <summary>The load that is there now would ask for more again.</summary>
    FlapGuard,

    /// <summary>The last change was too recent.</summary>
    Cooldown,

    /// <summary>Too much has changed within a period.</summary>
    RateLimit,

    /// <summary>Somebody else lowered the count that was wanted, and the load asks for more than that: it is restored.</summary>
    Restore,

    /// <summary>The count must stay between the least and the most replicas.</summary>
    Range,

    /// <summary>A schedule puts replicas on top.</summary>
    OnTop,

    /// <summary>A person has paused the target, or holds its count.</summary>
    Override,

    /// <summary>There is no room for more replicas.</summary>
    Headroom,
}

/// <summary>One guard that changed the count.</summary>
public readonly record struct GuardStep
{
    private readonly long _until;

    [JsonConstructor]
    internal GuardStep(ScalingGuard guard, int from, int to, DateTimeOffset? until)
        : this(guard, from, to, until?.UtcTicks ?? 0)
    {
    }

    internal GuardStep(ScalingGuard guard, int from, int to, long until)
    {
        Guard = guard;
        From = from;
        To = to;
        _until = Math.Min(until, DateTimeOffset.MaxValue.UtcTicks);
    }

    /// <summary>Which guard.</summary>
    public ScalingGuard Guard { get; }

    /// <summary>The count before.</summary>
    public int From { get; }

    /// <summary>The count after.</summary>
    public int To { get; }

    /// <summary>
    /// When the guard lets more through, if nothing else happens; <see langword="null"/> if time alone does not change it.
    /// </summary>
    public DateTimeOffset? Until => _until == 0 ? null : new DateTimeOffset(_until, TimeSpan.Zero);
}
