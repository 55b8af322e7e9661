using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.AspNetCore.Endpoints;

/// <summary>Reads what was sent, and says of what cannot be read which property is wrong, in the words of who sent it.</summary>
internal static class JsonBody
{
    /// <exception cref="BadHttpRequestException">It is not what the contract says.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
            throw new BadHttpRequestException("its content type must be application/json", StatusCodes.Status415UnsupportedMediaType);
        using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted).ConfigureAwait(false);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new BadHttpRequestException($"it must be an object, but is '{root.GetRawText()}'");
        foreach (var sent in root.EnumerateObject())
        {
            if (!type.Properties.Any(p => Is(p, sent.Name)))
                throw new BadHttpRequestException($"'{sent.Name}' is none of {string.Join(", ", type.Properties.Select(p => p.Name))}");
        }

        foreach (var property in type.Properties)
        {
            if (property.IsRequired && !root.EnumerateObject().Any(sent => Is(property, sent.Name)))
                throw new BadHttpRequestException($"'{property.Name}' is missing");
        }

        try
        {
            return root.Deserialize(type)!;
        }
        catch (JsonException e) when (e.Path is ['$', '.', .. var path] && Sent(root, path) is { } value)
        {
            throw new BadHttpRequestException($"'{path}' cannot be '{value}'", e);
        }
    }

    private static bool Is(JsonPropertyInfo property, string name) =>
        string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase);

    private static string? Sent(JsonElement root, string name) => !root.TryGetProperty(name, out var sent) ? null
        : sent.ToString() is { Length: > 0 } text ? text : sent.GetRawText();
}
