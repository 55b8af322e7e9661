using AutoScaling.Answers;
using AutoScaling.Primitives;

namespace AutoScaling.Http;

/// <summary>A URL with <c>{target}</c>, <c>{replicas}</c> and <c>{from}</c> in its path or query, where they are escaped.</summary>
internal sealed class UrlTemplate
{
    private const string Separator = "://";

    // Shorter words of a query, such as "format" and "json", are no keys, and stand in many sentences.
    private const int LeastSecret = 8;

    private readonly string _text;

    private UrlTemplate(string text, string shown) => (_text, Shown, HasTarget) = (text, shown, Template.HasTarget(text));

    /// <summary>Whether it is another URL for each target.</summary>
    public bool HasTarget { get; }

    /// <summary>The same for the same URL.</summary>
    public string Key => _text;

    /// <summary>The URL in sentences: without its query, which may hold a key.</summary>
    public string Shown { get; }

    /// <summary>What its query says, in which there may be a key.</summary>
    public IEnumerable<string> Secrets =>
        _text.Split(['?', '&', '=']).Skip(1).Where(value => value.Length >= LeastSecret && !value.Contains('{'));

    /// <summary>Reads a URL.</summary>
    /// <param name="setting">The setting that holds it, for sentences.</param>
    /// <param name="text">The URL.</param>
    /// <param name="scales">Whether the counts are filled in.</param>
    /// <exception cref="ScalingException">It is none (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static UrlTemplate Parse(string setting, string text, bool scales)
    {
        ArgumentNullException.ThrowIfNull(text);
        var probe = Template.Fill(text, scales ? new("target", 1, 1) : new("target"));
        var shown = WithoutQuery(text);
        if (!Uri.TryCreate(probe, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || probe.Any(c => char.IsControl(c) || c == ' '))
            throw Bounds.Broken(setting, "a URL that begins with http:// or https://", shown);
        var authority = text.IndexOf(Separator, StringComparison.Ordinal) + Separator.Length;
        var end = text.AsSpan(authority).IndexOfAny("/?#");
        var host = end < 0 ? text[authority..] : text[authority..(authority + end)];
        if (host.Contains('@'))
        {
            throw ScalingException.Invalid(
                $"{setting} must be a URL without user and password, which belong into User and Password, but has them.");
        }

        if (host.Contains('{')) throw Bounds.Broken(setting, "a URL with {target} in its path or query only", shown);
        if (uri.Fragment.Length > 0) throw Bounds.Broken(setting, "a URL without '#'", shown);
        if (probe.AsSpan().ContainsAny('{', '}'))
        {
            var rule = scales ? "a URL with no braces but {target}, {replicas} and {from}" : "a URL with no braces but {target}";
            throw Bounds.Broken(setting, rule, shown);
        }
        return new(text, shown);
    }

    /// <summary>The URL for a target, or why there is none.</summary>
    /// <remarks>A target called <c>..</c> would be another path: dots need no escape, and mean the folder above.</remarks>
    public Uri? Fill(in Filling filling, out string? whyNot)
    {
        var text = Template.Fill(_text, filling, Uri.EscapeDataString);
        var isAbove = HasTarget && WithoutQuery(text).Split('/').Any(segment => segment is "." or "..");
        whyNot = isAbove ? $"'{filling.Target}' in '{Shown}' would be a folder of the URL, and no name" : null;
        return isAbove ? null : new(text);
    }

    private static string WithoutQuery(string text) => text.IndexOfAny(['?', '#']) is var end and >= 0 ? text[..end] : text;
}
