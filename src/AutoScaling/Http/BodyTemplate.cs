using System.Net.Http.Headers;
using System.Text.Json;
using AutoScaling.Answers;
using AutoScaling.Primitives;

namespace AutoScaling.Http;

/// <summary>A text that is sent, in which a target's name is escaped as its kind of text needs it.</summary>
internal sealed class BodyTemplate
{
    private readonly string _text;
    private readonly Func<string, string>? _escape;

    private BodyTemplate(string text, string contentType, Func<string, string>? escape) =>
        (_text, ContentType, _escape) = (text, contentType, escape);

    public string ContentType { get; }

    /// <summary>Reads a text that is sent; <see langword="null"/> for none.</summary>
    /// <exception cref="ScalingException">The kind of text is none (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static BodyTemplate? Parse(string? text, string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.MediaType is not { } kind)
            throw Bounds.Broken("ScaleContentType", "a media type such as application/json", contentType);
        if (text is null) return null;
        var isJson = kind.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || kind.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
        var isForm = string.Equals(kind, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        return new(text, contentType, isJson ? name => JsonEncodedText.Encode(name).ToString() : isForm ? Uri.EscapeDataString : null);
    }

    public string Fill(in Filling filling) => Template.Fill(_text, filling, _escape);
}
