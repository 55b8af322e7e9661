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
    private readonly SettingPlace _place;
    private bool _knowsAll;

    private SettingsReader(JsonObject settings, SettingPlace place, string what)
    {
        (_place, What) = (place, what);
        foreach (var (key, value) in settings)
        {
            if (!_settings.TryAdd(key, value)) _again.Add(key);
        }
    }

    /// <summary>What the block is, for sentences: <c>a rule of type step</c>.</summary>
    public string What { get; set; }

    public int ErrorCount => _place.ErrorCount;

    /// <summary>Where the block stands: <c>policies[0] (web).rules[2]</c>.</summary>
    public string Path => _place.Path;

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
        var root = new SettingsReader(settings, new(path, found, lines), what);
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

    /// <summary>Whether a setting is a block.</summary>
    public bool IsBlock(string key) => _settings.TryGetValue(key, out var node) && node is JsonObject;

    /// <summary>What stands at a key; <see langword="false"/> if nothing does.</summary>
    public bool Find(string key, out JsonNode? node)
    {
        _known.Add(key);
        return _settings.TryGetValue(key, out node);
    }

    /// <summary>Reads text.</summary>
    /// <param name="key">The setting's key.</param>
    /// <param name="seed">The value as it is without the setting.</param>
    /// <param name="with">The value with the setting.</param>
    /// <param name="required">Whether it is an error that the setting is not there.</param>
    /// <param name="none">The value if the setting is null or empty; <see langword="null"/>, the default, if that is an error.</param>
    public T Text<T>(string key, T seed, Func<T, string, T> with, bool required = false, Func<T, T>? none = null) =>
        Value(key, seed, SettingValues.ParseText, with, required, none);

    /// <summary>Reads a value.</summary>
    public T Value<T, TValue>(
        string key, T seed, SettingValues.Parser<TValue> parse, Func<T, TValue, T> with, bool required, Func<T, T>? none)
    {
        if (!Find(key, out var node))
        {
            if (required) Require(key);
            return seed;
        }

        // Configuration has no null of its own: an empty variable says the same.
        var text = SettingValues.Text(node);
        if (none is not null && (node is null || text is "")) return Try(seed, none, node);
        if (parse(text, out var value) is not { } rule) return Try(seed, current => with(current, value), node);
        Error($"{SettingValues.NameOf(key)} must be {rule}, but is {SettingValues.Shown(node)}.", node);
        return seed;
    }

    /// <summary>Reads a block of settings inside this one.</summary>
    /// <param name="key">The block's key.</param>
    /// <param name="seed">The value as it is without the block.</param>
    /// <param name="what">What the block is, for sentences: <c>a direction of a behavior</c>.</param>
    /// <param name="read">The value with the block's settings.</param>
    /// <returns>What <paramref name="read"/> returns; <paramref name="seed"/> if the block is not there or null.</returns>
    public T Block<T>(string key, T seed, string what, Func<SettingsReader, T, T> read)
    {
        if (!Find(key, out var node) || node is null) return seed;
        if (node is JsonObject settings) return Inside(settings, key, "", what, inner => read(inner, seed));
        Error($"{SettingValues.NameOf(key)} must be a block of settings, but is {SettingValues.Shown(node)}.", node);
        return seed;
    }

    /// <summary>Reads a block that stands at a key, or at a place behind it, and then reports what is wrong with its keys.</summary>
    public T Inside<T>(JsonObject settings, string key, string at, string what, Func<SettingsReader, T> read, string? ownKey = null)
    {
        var inner = new SettingsReader(settings, _place.Inside(settings, _place.Below(key) + at), what) { Key = ownKey };
        var value = read(inner);
        inner.ReportKeys();
        return value;
    }

    /// <summary>Adds an error to what is reported.</summary>
    /// <param name="sentence">A sentence that names setting, rule and value: <c>Limit must be more than Grace (5s), but is 2s.</c></param>
    public void Error(string sentence) => _place.Error(sentence);

    /// <summary>Adds an error about a part of the block, which names its line.</summary>
    public void Error(string sentence, JsonNode? about) => _place.Error(sentence, about);

    /// <summary>Reports that a setting is not there.</summary>
    public void Require(string key) => Error($"{SettingValues.NameOf(key)} is required for {What}.");

    /// <summary>Reports an error unless exactly one of some settings is there.</summary>
    public void RequireOne(params ReadOnlySpan<string> keys)
    {
        List<string> names = [], there = [];
        foreach (var key in keys)
        {
            names.Add(SettingValues.NameOf(key));
            if (Has(key)) there.Add(SettingValues.NameOf(key));
        }

        if (there.Count == 1) return;
        var found = there.Count == 0 ? "none is set" : $"{SettingValues.Enumerate(there, "and")} are set";
        Error($"Exactly one of {SettingValues.Enumerate(names, "and")} is required for {What}, but {found}.");
    }

    /// <summary>Names the block in its errors.</summary>
    public void Label(string label) => _place.Label(label);

    /// <summary>Leaves keys that nobody asks for unreported, where it is not known what to ask for.</summary>
    public void KnowAll() => _knowsAll = true;

    /// <summary>Makes the next value; what that throws is collected, with the line of the part of the block that it is about.</summary>
    public T Try<T>(T seed, Func<T, T> apply, JsonNode? about = null)
    {
        var value = seed;
        _place.At(about, () =>
        {
            try
            {
                value = apply(seed);
            }
            catch (ScalingException e)
            {
                foreach (var error in e.Errors) Error(error);
            }
        });
        return value;
    }

    /// <summary>Reports the keys that nobody asked for, and those that differ only in their case.</summary>
    private void ReportKeys()
    {
        foreach (var key in _again) Error($"{SettingValues.NameOf(key)} must be set once, but is set again as '{key}'.");
        if (_knowsAll) return;
        foreach (var key in _settings.Keys)
        {
            if (_known.Contains(key, StringComparer.OrdinalIgnoreCase)) continue;
            var meant = Nearest.To(key, _known) is { } near ? $"; did you mean '{near}'?" : ".";
            Error($"{SettingValues.Shown(JsonValue.Create(key))} is not a setting of {What}{meant}", _settings[key]);
        }
    }
}
