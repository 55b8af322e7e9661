using System.Collections.Immutable;
using System.Text.Json;
using AutoScaling.Primitives;

namespace AutoScaling.Answers;

/// <summary>Texts that no sentence may quote. What programs and servers say goes through here before anybody reads it.</summary>
internal sealed class Secrets
{
    private const string Hidden = "***";

    // Shorter ones ("1", "true", "C") stand in every other sentence, and hide nothing.
    private const int LeastLength = 4;

    // Each as it is, and as servers quote it.
    private readonly ImmutableArray<string> _texts;

    /// <summary>Takes secrets.</summary>
    /// <param name="texts">What may be one; shorter texts than 4 characters are none.</param>
    public Secrets(params IEnumerable<string?> texts) => _texts =
    [
        .. texts.OfType<string>().Where(text => text.Length >= LeastLength)
            .SelectMany<string, string>(text => [text, Uri.EscapeDataString(text), JsonEncodedText.Encode(text).ToString()])
                .Distinct(StringComparer.Ordinal)

            // The longer first: one may be a part of another.
            .OrderByDescending(text => text.Length),
    ];

    /// <summary>These secrets and more.</summary>
    public Secrets And(params IEnumerable<string?> more) => new([.. _texts, .. more]);

    /// <summary>What was said, without secrets, on one line, all of it visible, and not longer than people read.</summary>
    public string Hide(string text, int mostCharacters = 300)
    {
        foreach (var secret in _texts) text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        var line = Invisible.Escape(string.Join(' ', text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries)));
        if (line.Length <= mostCharacters) return line;
        var end = mostCharacters / 3;
        return $"{Whole(line[..(mostCharacters - end)])} ... {Whole(line[^end..])}";
    }

    // Half of a surrogate pair is no text.
    private static string Whole(string part)
    {
        if (part.Length > 0 && char.IsHighSurrogate(part[^1])) part = part[..^1];
        return part.Length > 0 && char.IsLowSurrogate(part[0]) ? part[1..] : part;
    }
}
