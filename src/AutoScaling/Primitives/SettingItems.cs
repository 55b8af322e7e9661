using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>Reads settings that are lists and maps.</summary>
internal static class SettingItems
{
    /// <summary>Reads a list of blocks of settings.</summary>
    /// <param name="settings">The block in which the list stands.</param>
    /// <param name="key">The list's key.</param>
    /// <param name="seed">The value as it is without the list.</param>
    /// <param name="what">What each block is, for sentences: <c>a step</c>.</param>
    /// <param name="read">Makes an item of a block.</param>
    /// <param name="with">The value with the items; not called when an item has an error.</param>
    /// <param name="required">Whether it is an error that the list is not there.</param>
    public static T List<T, TItem>(
        this SettingsReader settings,
        string key,
        T seed,
        string what,
        Func<SettingsReader, TItem> read,
        Func<T, ImmutableArray<TItem>, T> with,
        bool required = false)
    {
        if (!settings.Find(key, out var node))
        {
            if (required) settings.Require(key);
            return seed;
        }

        if (Of(node) is { } items)
            return Blocks(settings, seed, items.Select(item => ($"[{item.Index}]", (string?)null, item.Item)), key, what, read, with);
        settings.Error($"{SettingValues.NameOf(key)} must be a list, but is {SettingValues.Shown(node)}.", node);
        return seed;
    }

    /// <summary>Reads a list of texts, or one text.</summary>
    public static T Texts<T>(this SettingsReader settings, string key, T seed, Func<T, ImmutableArray<string>, T> with)
    {
        if (!settings.Find(key, out var node)) return seed;
        var before = settings.ErrorCount;
        var texts = ImmutableArray.CreateBuilder<string>();
        var one = node is JsonValue && SettingValues.Text(node) is { Length: > 0 } text ? text : null;
        var items = one is null ? Of(node) : [("0", node)];
        if (items is null)
            settings.Error($"{SettingValues.NameOf(key)} must be text or a list of texts, but is {SettingValues.Shown(node)}.", node);
        foreach (var (index, item) in items ?? [])
        {
            if (SettingValues.ParseText(SettingValues.Text(item), out var entry) is not { } rule) texts.Add(entry);
            else settings.Error($"{SettingValues.NameOf(key)}[{index}] must be {rule}, but is {SettingValues.Shown(item)}.", item);
        }

        return settings.ErrorCount == before ? settings.Try(seed, value => with(value, texts.ToImmutable()), node) : seed;
    }

    /// <summary>Reads a list of blocks, or a map of them, each of which then knows its key.</summary>
    public static T ListOrMap<T, TItem>(
        this SettingsReader settings,
        string key,
        T seed,
        string what,
        Func<SettingsReader, TItem> read,
        Func<T, ImmutableArray<TItem>, T> with,
        bool required)
    {
        if (!settings.Find(key, out var node) || node is not JsonObject map || Of(map) is not null)
        {
            if (node is not JsonValue || Of(node) is not null) return settings.List(key, seed, what, read, with, required);
            settings.Error($"{SettingValues.NameOf(key)} must be a list or a map, but is {SettingValues.Shown(node)}.", node);
            map = [];
        }

        return Blocks(settings, seed, Entries(map), key, what, read, with);
    }

    /// <summary>Reads a map of blocks, each of which knows its key.</summary>
    public static T Map<T, TItem>(
        this SettingsReader settings,
        string key,
        T seed,
        string what,
        Func<SettingsReader, TItem> read,
        Func<T, ImmutableArray<TItem>, T> with)
    {
        if (!settings.Find(key, out var node)) return seed;

        // Null is an empty map, as it is an empty list: configuration has no other way to say it.
        if (node is null || SettingValues.Text(node) is "") node = new JsonObject();
        if (node is JsonObject map) return Blocks(settings, seed, Entries(map), key, what, read, with);
        settings.Error($"{SettingValues.NameOf(key)} must be a map, but is {SettingValues.Shown(node)}.", node);
        return seed;
    }

    private static T Blocks<T, TItem>(
        SettingsReader settings,
        T seed,
        IEnumerable<(string Place, string? Key, JsonNode? Block)> blocks,
        string key,
        string what,
        Func<SettingsReader, TItem> read,
        Func<T, ImmutableArray<TItem>, T> with)
    {
        settings.Find(key, out var list);
        var before = settings.ErrorCount;
        var items = ImmutableArray.CreateBuilder<TItem>();
        foreach (var (place, name, block) in blocks)
        {
            if (block is JsonObject inner) items.Add(settings.Inside(inner, key, place, what, read, name));

            // A service of which nothing is said has what the defaults say; YAML and configuration make null of that.
            else if (block is null && name is not null) items.Add(settings.Inside([], key, place, what, read, name));
            else
                settings.Error(
                    $"{SettingValues.NameOf(key)}{place} must be a block of settings, but is {SettingValues.Shown(block)}.",
                    block);
        }

        return settings.ErrorCount == before ? settings.Try(seed, value => with(value, items.ToImmutable()), list) : seed;
    }

    private static IEnumerable<(string Place, string? Key, JsonNode? Block)> Entries(JsonObject map) =>
        map.Select(entry => ($".{entry.Key}", (string?)entry.Key, entry.Value));

    /// <summary>
    /// The items of a list. In configuration a list is a section with numbers as keys, and an empty one is null or empty text.
    /// </summary>
    private static IEnumerable<(string Index, JsonNode? Item)>? Of(JsonNode? node) => node switch
    {
        null => [],
        JsonArray array => array.Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item)),
        JsonObject { Count: > 0 } section when section.All(entry => entry.Key.Length > 0 && entry.Key.All(char.IsAsciiDigit)) =>
            section.Select(entry => (entry.Key, entry.Value)),
        JsonValue when SettingValues.Text(node) is "" => [],
        _ => null,
    };
}
