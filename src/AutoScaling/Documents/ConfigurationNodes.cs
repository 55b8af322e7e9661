using System.Text.Json.Nodes;
using AutoScaling.Primitives;
using Microsoft.Extensions.Configuration;

namespace AutoScaling.Documents;

/// <summary>Reads documents from configuration, where every leaf is text and a list is a section with numbers as keys.</summary>
internal static class ConfigurationNodes
{
    private const int MaxDepth = 64;

    /// <summary>A section, or the root, as a block of settings.</summary>
    public static JsonObject Block(IConfiguration section)
    {
        var block = new JsonObject();
        foreach (var child in section.GetChildren()) block[child.Key] = From(child);
        return block;
    }

    /// <summary>The section as a document; <see langword="null"/> if there is nothing in it.</summary>
    public static JsonNode? From(IConfigurationSection section, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw ScalingException.Invalid(
                $"Configuration must be nested at most {MaxDepth} deep, but {SettingValues.Shown(section.Path)} is deeper.");
        }

        // A section with a value is that value. Empty text, though, stands for an empty list, which another source may have filled.
        if (!string.IsNullOrEmpty(section.Value)) return JsonValue.Create(section.Value);
        JsonObject? block = null;
        foreach (var child in section.GetChildren()) (block ??= []).Add(child.Key, From(child, depth + 1));
        return block is not null || section.Value is null ? block : JsonValue.Create(section.Value);
    }
}
