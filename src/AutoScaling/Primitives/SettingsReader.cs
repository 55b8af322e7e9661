using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>
/// The settings of one block of a policy document, such as one rule. Every method takes a value, hands it on where the setting is there
/// and well formed, and otherwise returns it as it was; what is wrong is collected, so that all of it is reported at once.
/// </summary>
/// <remarks>
/// A <see cref="ScalingException"/> that a setting throws is collected like any other error. A key that nobody asks for is an error. Keys
/// are compared without regard to case.
/// </remarks>
internal sealed class SettingsReader
{
    private readonly Dictionary<string, JsonNode?> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _known = [];
    private readonly List<string> _again = [];
    private readonly List<string> _errors;
    private readonly string _path;
    private readonly DocumentLines? _lines;
    private string _label = "";
    private bool _knowsAll;

    // Of the block, and of the setting that is being read.
    private long? _line, _settingLine;

    public SettingsReader(JsonObject settings, string path, string what, List<string> errors, DocumentLines? lines = null)
    {
        (_path, What, _errors, _lines) = (path, what, errors, lines);
        foreach (var (key, value) in settings)
        {
            if (!_settings.TryAdd(key, value)) _again.Add(key);
        }
    }

    /// <summary>What the block is, for sentences: <c>a rule of type step</c>.</summary>
    public string What { get; set; }

    public int ErrorCount => _errors.Count;

    /// <summary>Where the block stands: <c>policies[0] (web).rules[2]</c>.</summary>
    public string Path => _path;

    /// <summary>The block's key, where it stands in a map.</summary>
    public string? Key { get; private init; }

    /// <summary>Reads a whole block; what is wrong with it is told all at once.</summary>
    /// <exception cref="ScalingException">Something is wrong.</exception>
    public static T All<T>(JsonObject settings, string path, string what, Func<SettingsReader, T> read, DocumentLines? lines = null)
    {
        var value = All(settings, path, what, read, out var errors, lines);
        return errors.Count == 0 ? value : throw new ScalingException(errors);
    }

    /// <summary>Reads a whole block as far as it is right, and gives everything that is wrong with it.</summary>
    public static T All<T>(
        JsonObject settings,
        string path,
        string what,
        Func<SettingsReader, T> read,
        out IReadOnlyList<string> errors,
        DocumentLines? lines = null)
    {
        var found = new List<string>();
        var root = new SettingsReader(settings, path, what, found, lines);
        var value = read(root);
        root.ReportKeys();
        errors = ScalingException.Most(found);
        return value;
    }

    /// <summary>Whether a setting is there, null included.</summary>
    /// <param name="key">The setting's key.</param>
    public bool Has(string key)
    {
        _known.Add(key);
        return _settings.ContainsKey(key);
    }

    /// <summary>Reads text.</summary>
    /// <param name="key">The setting's key.</param>
    /// <param name="seed">The value as it is without the setting.</param>
    /// <param name="with">The value with the setting.</param>
    /// <param name="required">Whether it is an error that the setting is not there.</param>
    /// <param name="none">The value if the setting is null; <see langword="null"/>, the default, if that is an error.</param>
    public T Text<T>(string key, T seed, Func<T, string, T> with, bool required = false, Func<T, T>? none = null) =>
        Value(key, seed, SettingValues.ParseText, with, required, none);

    /// <summary>Reads a block of settings inside this one.</summary>
    /// <param name="key">The block's key.</param>
    /// <param name="seed">The value as it is without the block.</param>
    /// <param name="what">What the block is, for sentences: <c>a direction of a behavior</c>.</param>
    /// <param name="read">The value with the block's settings.</param>
    /// <returns>What <paramref name="read"/> returns; <paramref name="seed"/> if the block is not there or null.</returns>
    public T Block<T>(string key, T seed, string what, Func<SettingsReader, T, T> read)
    {
        if (!Find(key, out var node) || node is null) return seed;
        if (node is JsonObject settings) return Inside(settings, Below(key), what, inner => read(inner, seed));
        Error($"{NameOf(key)} must be a block of settings, but is {SettingValues.Shown(node)}.", node);
        return seed;
    }

    /// <summary>Reads a list of blocks of settings.</summary>
    /// <param name="key">The list's key.</param>
    /// <param name="seed">The value as it is without the list.</param>
    /// <param name="what">What each block is, for sentences: <c>a step</c>.</param>
    /// <param name="read">Makes an item of a block.</param>
    /// <param name="with">The value with the items; not called when an item has an error.</param>
    /// <param name="required">Whether it is an error that the list is not there.</param>
    public T List<T, TItem>(
        string key, T seed, string what, Func<SettingsReader, TItem> read, Func<T, ImmutableArray<TItem>, T> with, bool required = false)
    {
        if (!Find(key, out var node))
        {
            if (required) Required(key);
            return seed;
        }

        if (Items(node) is not { } items)
        {
            Error($"{NameOf(key)} must be a list, but is {SettingValues.Shown(node)}.", node);
            return seed;
        }

        return Blocks(seed, items.Select(item => ($"[{item.Index}]", (string?)null, item.Item)), key, what, read, with);
    }

    /// <summary>Reads a list of texts, or one text.</summary>
    internal T Texts<T>(string key, T seed, Func<T, ImmutableArray<string>, T> with)
    {
        if (!Find(key, out var node)) return seed;
        var texts = ImmutableArray.CreateBuilder<string>();
        var one = node is JsonValue && SettingValues.Text(node) is { Length: > 0 } text ? text : null;
        var items = one is null ? Items(node) : [("0", node)];
        if (items is null) Error($"{NameOf(key)} must be text or a list of texts, but is {SettingValues.Shown(node)}.");
        foreach (var (index, item) in items ?? [])
        {
            if (SettingValues.ParseText(SettingValues.Text(item), out var entry) is not { } rule) texts.Add(entry);
            else Error($"{NameOf(key)}[{index}] must be {rule}, but is {SettingValues.Shown(item)}.");
        }

        return Try(seed, value => with(value, texts.ToImmutable()));
    }

    /// <summary>Reads a list of blocks, or a map of them, each of which then knows its key.</summary>
    public T ListOrMap<T, TItem>(
        string key, T seed, string what, Func<SettingsReader, TItem> read, Func<T, ImmutableArray<TItem>, T> with, bool required)
    {
        if (!_settings.TryGetValue(key, out var node) || node is not JsonObject map || Items(map) is not null)
        {
            if (node is not JsonValue || Items(node) is not null) return List(key, seed, what, read, with, required);
            Error($"{NameOf(key)} must be a list or a map, but is {SettingValues.Shown(node)}.", node);
            map = [];
        }

        _known.Add(key);
        return Blocks(seed, map.Select(entry => ($".{entry.Key}", (string?)entry.Key, entry.Value)), key, what, read, with);
    }

    /// <summary>Reads a map of blocks, each of which knows its key.</summary>
    internal T Map<T, TItem>(string key, T seed, string what, Func<SettingsReader, TItem> read, Func<T, ImmutableArray<TItem>, T> with)
    {
        if (!Find(key, out var node) || node is null) return seed;
        if (node is JsonObject map) return Blocks(seed, map.Select(entry => ($".{entry.Key}", (string?)entry.Key, entry.Value)), key, what, read, with);
        Error($"{NameOf(key)} must be a map, but is {SettingValues.Shown(node)}.");
        return seed;
    }

    private T Blocks<T, TItem>(
        T seed,
        IEnumerable<(string Place, string? Key, JsonNode? Block)> blocks,
        string key,
        string what,
        Func<SettingsReader, TItem> read,
        Func<T, ImmutableArray<TItem>, T> with)
    {
        var before = ErrorCount;
        var list = ImmutableArray.CreateBuilder<TItem>();
        foreach (var (place, name, block) in blocks)
        {
            if (block is JsonObject settings) list.Add(Inside(settings, Below(key) + place, what, read, name));

            // A service of which nothing is said has what the defaults say; YAML and configuration make null of that.
            else if (block is null && name is not null) list.Add(Inside([], Below(key) + place, what, read, name));
            else Error($"{NameOf(key)}{place} must be a block of settings, but is {SettingValues.Shown(block)}.", block);
        }

        return ErrorCount == before ? Try(seed, value => with(value, list.ToImmutable())) : seed;
    }

    /// <summary>Adds an error to what is reported.</summary>
    /// <param name="sentence">A sentence that names setting, rule and value: <c>Limit must be more than Grace (5s), but is 2s.</c></param>
    public void Error(string sentence)
    {
        var place = _path.Length == 0 ? "" : $"{_path}{_label}";
        if ((_settingLine ?? _line) is { } line) place += $"{(place.Length == 0 ? "" : ", ")}line {Phrase.Exact(line)}";
        _errors.Add(place.Length == 0 ? sentence : $"{place}: {sentence}");
    }

    /// <summary>Names the block in its errors.</summary>
    public void Label(string label) => _label = $" ({label})";

    /// <summary>Leaves keys that nobody asks for unreported, where it is not known what to ask for.</summary>
    public void KnowAll() => _knowsAll = true;

    /// <summary>Reports whether exactly one of some settings is there, and an error if not.</summary>
    public bool ExactlyOne(params ReadOnlySpan<string> keys)
    {
        List<string> names = [], there = [];
        foreach (var key in keys)
        {
            names.Add(NameOf(key));
            if (Has(key)) there.Add(NameOf(key));
        }

        if (there.Count == 1) return true;
        var found = there.Count == 0 ? "none is set" : $"{SettingValues.Enumerate(there, "and")} are set";
        Error($"Exactly one of {SettingValues.Enumerate(names, "and")} is required for {What}, but {found}.");
        return false;
    }

    /// <summary>Applies what depends on several settings; what it throws is collected.</summary>
    public T Try<T>(T seed, Func<T, T> apply)
    {
        try
        {
            return apply(seed);
        }
        catch (ScalingException e)
        {
            foreach (var error in e.Errors) Error(error);
            return seed;
        }
    }

    /// <summary>Reads a block, and then reports what is wrong with its keys.</summary>
    public T Inside<T>(JsonObject settings, string path, string what, Func<SettingsReader, T> read, string? key = null)
    {
        var inner = new SettingsReader(settings, path, what, _errors, _lines) { Key = key, _line = _lines?.Of(settings) ?? _line };
        var value = read(inner);
        inner.ReportKeys();
        return value;
    }

    /// <summary>Reports the keys that nobody asked for, and those that differ only in their case.</summary>
    public void ReportKeys()
    {
        foreach (var key in _again) Error($"{NameOf(key)} must be set once, but is set again as '{key}'.");
        if (_knowsAll) return;
        foreach (var key in _settings.Keys)
        {
            if (_known.Contains(key, StringComparer.OrdinalIgnoreCase)) continue;
            var meant = Nearest.To(key, _known) is { } near ? $"; did you mean '{near}'?" : ".";
            Error($"{SettingValues.Shown(JsonValue.Create(key))} is not a setting of {What}{meant}", _settings[key]);
        }
    }

    public static string NameOf(string key) => key.Length == 0 ? "''" : char.ToUpperInvariant(key[0]) + key[1..];

    public T Value<T, TValue>(
        string key, T seed, SettingValues.Parser<TValue> parse, Func<T, TValue, T> with, bool required, Func<T, T>? none)
    {
        if (!Find(key, out var node))
        {
            if (required) Required(key);
            return seed;
        }

        _settingLine = _lines?.Of(node);
        try
        {
            var text = SettingValues.Text(node);
            if (parse(text, out var value) is not { } rule) return Try(seed, current => with(current, value));

            // Configuration has no null of its own: an empty variable says the same.
            if (none is not null && (node is null || text is "")) return Try(seed, none);
            Error($"{NameOf(key)} must be {rule}, but is {SettingValues.Shown(node)}.");
            return seed;
        }
        finally
        {
            _settingLine = null;
        }
    }

    private void Error(string sentence, JsonNode? about)
    {
        _settingLine = _lines?.Of(about);
        Error(sentence);
        _settingLine = null;
    }

    private bool Find(string key, out JsonNode? node)
    {
        _known.Add(key);
        return _settings.TryGetValue(key, out node);
    }

    private void Required(string key) => Error($"{NameOf(key)} is required for {What}.");

    private string Below(string key) => _path.Length == 0 ? key : $"{_path}{_label}.{key}";

    /// <summary>Says which of several metrics is not one; the name alone knows only that it is a metric's.</summary>
    public static MetricRef Named(string key, string text)
    {
        try
        {
            return MetricRef.Parse(text);
        }
        catch (ScalingException) when (!string.Equals(key, "metric", StringComparison.OrdinalIgnoreCase))
        {
            throw ScalingException.Invalid(
                $"{NameOf(key)} must be a metric's name, optionally followed by '@' and a source, but is '{text}'.");
        }
    }

    /// <summary>A metric as documents have it.</summary>
    /// <exception cref="ScalingException">Written down, it would be read as another one: its name or source holds an <c>@</c>.</exception>
    public static string Written(string key, MetricRef metric) => MetricRef.Parse(metric.ToString()) == metric
        ? metric.ToString()
        : throw ScalingException.Invalid($"{NameOf(key)} must be a metric whose name and source hold no '@', but is '{metric}'.");

    /// <summary>
    /// The items of a list. In configuration a list is a section with numbers as keys, and an empty one is null or empty text.
    /// </summary>
    private static IEnumerable<(string Index, JsonNode? Item)>? Items(JsonNode? node) => node switch
    {
        null => [],
        JsonArray array => array.Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item)),
        JsonObject { Count: > 0 } section when section.All(entry => entry.Key.Length > 0 && entry.Key.All(char.IsAsciiDigit)) =>
            section.Select(entry => (entry.Key, entry.Value)),
        JsonValue when SettingValues.Text(node) is "" => [],
        _ => null,
    };
}
