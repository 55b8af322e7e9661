using AutoScaling.AspNetCore.Health;

namespace AutoScaling.AspNetCore.Following;

/// <summary>How a target stands in one word, the worst first: the order of the list.</summary>
internal enum Standing
{
    /// <summary>It cannot be read or scaled.</summary>
    Error,

    /// <summary>It has no usable metric.</summary>
    Blind,

    /// <summary>Somebody should look at it.</summary>
    Warning,

    /// <summary>It wants more than its maximum.</summary>
    Saturated,

    /// <summary>A person, or its policy, pauses or holds it.</summary>
    Paused,

    /// <summary>Nothing is wrong.</summary>
    Fine,

    /// <summary>It is not evaluated.</summary>
    Off,
}

/// <summary>Finds how a target stands.</summary>
internal static class Standings
{
    // In the order of the enum: looked up for every target of every list.
    private static readonly string[] Words = ["error", "blind", "warning", "saturated", "paused", "fine", "off"];

    public static Standing Of(TargetStatus target) =>
        !target.Enabled ? Standing.Off
        : TargetTrouble.Failure(target) is not null ? Standing.Error
        : target.IsBlind ? Standing.Blind
        : target.Warning is not null || target.LastError is not null ? Standing.Warning
        : target.Override is not null ? Standing.Paused
        : TargetTrouble.IsSaturated(target) ? Standing.Saturated
        : Standing.Fine;

    /// <summary>The word in answers and queries.</summary>
    public static string Word(this Standing standing) => Words[(int)standing];

    /// <summary>The standing of a word.</summary>
    /// <exception cref="ScalingException">There is no such word (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static Standing? Read(string? word)
    {
        if (string.IsNullOrEmpty(word)) return null;
        var place = Array.IndexOf(Words, word);
        return place >= 0 ? (Standing)place : throw new ScalingException(
            ScalingErrorKind.InvalidConfiguration, $"Standing must be one of {string.Join(", ", Words)}, but is '{word}'.");
    }
}
