using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Begins tables of settings.</summary>
public static class SettingsTable
{
    /// <summary>A table without settings.</summary>
    /// <param name="what">What the settings are of, for sentences: <c>a step</c>.</param>
    /// <param name="seed">What has no setting: the defaults, and something for what must be set.</param>
    /// <param name="doc">What it is, in a sentence.</param>
    public static SettingsTable<T> Of<T>(string what, T seed, string doc = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(what);
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(doc);
        return new(what, seed, doc);
    }
}

/// <summary>
/// The settings that documents hold for one type, such as a rule: one row for each, with key, doc sentence, getter, and the value with the
/// setting. Reader, writer, the leaving out of defaults, the JSON schema, the reference page and the paths of sweeps are made from it.
/// Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <code>
/// SettingsTable.Of("an age limit", new AgeLimit { Metric = "age" })
///     .Metric("metric", "The metric that holds the age.", r => r.Metric, (r, v) => r with { Metric = v }, required: true)
///     .Duration("limit", "The oldest that is good.", r => r.Limit, (r, v) => r with { Limit = v })
/// </code>
/// A <see cref="ScalingException"/> that a value throws for its setting is told like any other error. A key without a row is an error.
/// Keys are compared without regard to case.
/// </remarks>
/// <typeparam name="T">What has the settings, immutable.</typeparam>
public sealed class SettingsTable<T>
{
    internal SettingsTable(string what, T seed, string doc) => (What, Seed, Doc) = (what, seed, doc);

    private SettingsTable(SettingsTable<T> other)
    {
        (What, Seed, Doc, Settings, Checks) = (other.What, other.Seed, other.Doc, other.Settings, other.Checks);
        (PresetKey, Presets) = (other.PresetKey, other.Presets);
    }

    /// <summary>What the settings are of, for sentences.</summary>
    internal string What { get; }

    /// <summary>What has no setting.</summary>
    internal T Seed { get; }

    /// <summary>What it is, in a sentence.</summary>
    internal string Doc { get; }

    /// <summary>The values that a block can start from, by name.</summary>
    internal ImmutableArray<(string Name, T Value)> Presets { get; private init; } = [];

    private string PresetKey { get; init; } = "";

    private ImmutableArray<Setting<T>> Settings { get; init; } = [];

    private ImmutableArray<Func<T, string?>> Checks { get; init; } = [];

    /// <summary>Adds a text.</summary>
    /// <param name="key">The key: <c>timeZone</c>.</param>
    /// <param name="doc">What the setting means, in one sentence.</param>
    /// <param name="get">The setting's value; <see langword="null"/> if it has none.</param>
    /// <param name="with">The same with another value.</param>
    /// <param name="required">Whether it is an error that the setting is not there.</param>
    /// <param name="none">The same without a value; <see langword="null"/>, the default, if there must be one.</param>
    public SettingsTable<T> Text(
        string key, string doc, Func<T, string?> get, Func<T, string, T> with, bool required = false, Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.Text(), Given(get), with, required, none);

    /// <summary>
    /// Adds a metric, optionally with its source: <c>queue@orders</c>; or a source with an expression, which is the metric's name then:
    /// <c>{ orders: "count(jobs)" }</c>.
    /// </summary>
    /// <inheritdoc cref="Text"/>
    public SettingsTable<T> Metric(
        string key, string doc, Func<T, MetricRef?> get, Func<T, MetricRef, T> with, bool required = false, Func<T, T>? none = null)
    {
        ArgumentNullException.ThrowIfNull(get);
        ArgumentNullException.ThrowIfNull(with);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(doc);
        return Add(new MetricSetting<T>(key, doc, get, with, required, none));
    }

    /// <summary>Adds <c>true</c> or <c>false</c>.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsTable<T> Flag(
        string key, string doc, Func<T, bool?> get, Func<T, bool, T> with, bool required = false, Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.Flag(), Given(get), with, required, none);

    /// <summary>Adds one of an enum's names.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsTable<T> Choice<TChoice>(string key, string doc, Func<T, TChoice> get, Func<T, TChoice, T> with, bool required = false)
        where TChoice : struct, Enum
    {
        ArgumentNullException.ThrowIfNull(get);
        return Value(key, doc, SettingKinds.Choice<TChoice>(), value => get(value), with, required, none: null);
    }

    /// <summary>Adds a finite number.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsTable<T> Number(
        string key, string doc, Func<T, double?> get, Func<T, double, T> with, bool required = false, Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.Number(null), Given(get), with, required, none);

    /// <summary>Adds a whole number.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsTable<T> WholeNumber(
        string key, string doc, Func<T, int?> get, Func<T, int, T> with, bool required = false, Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.WholeNumber(null), Given(get), with, required, none);

    /// <summary>Adds a duration: <c>30s</c>, <c>1h30m</c>, <c>500ms</c> or <c>00:05:00</c>.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsTable<T> Duration(
        string key, string doc, Func<T, TimeSpan?> get, Func<T, TimeSpan, T> with, bool required = false, Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.Duration(null), Given(get), with, required, none);

    /// <summary>Adds a block of settings.</summary>
    /// <param name="key">The block's key.</param>
    /// <param name="doc">What the block is for, in one sentence.</param>
    /// <param name="get">What has the block's settings.</param>
    /// <param name="with">The same with another one.</param>
    /// <param name="settings">The block's settings.</param>
    public SettingsTable<T> Block<TPart>(string key, string doc, Func<T, TPart> get, Func<T, TPart, T> with, SettingsTable<TPart> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Add(new BlockSetting<T, TPart>(key, doc, get, with, settings));
    }

    /// <summary>Adds a list of blocks of settings.</summary>
    /// <param name="key">The list's key.</param>
    /// <param name="doc">What the list is for, in one sentence.</param>
    /// <param name="get">The items.</param>
    /// <param name="with">The same with other items.</param>
    /// <param name="items">The settings of each item.</param>
    /// <param name="required">Whether it is an error that the list is not there.</param>
    public SettingsTable<T> List<TItem>(
        string key,
        string doc,
        Func<T, ImmutableArray<TItem>> get,
        Func<T, ImmutableArray<TItem>, T> with,
        SettingsTable<TItem> items,
        bool required = false)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Add(new ListSetting<T, TItem>(key, doc, get, with, items) { IsRequired = required });
    }

    /// <summary>Adds settings of which exactly one must be set; the getters of the others answer <see langword="null"/>.</summary>
    /// <param name="settings">Adds the settings, at least two.</param>
    public SettingsTable<T> ExactlyOne(Func<SettingsTable<T>, SettingsTable<T>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Add(new AlternativeSettings<T>(settings(new(What, Seed, Doc)).Settings, Seed));
    }

    /// <summary>
    /// Adds a check of what depends on several settings. It is asked once each of them is right, of what a document says and of what code
    /// made.
    /// </summary>
    /// <param name="broken">A sentence that names setting, rule and value; <see langword="null"/> if all is well.</param>
    public SettingsTable<T> Check(Func<T, string?> broken)
    {
        ArgumentNullException.ThrowIfNull(broken);
        return new(this) { Checks = Checks.Add(broken) };
    }

    internal SettingsTable<T> Number(
        string key,
        string doc,
        Func<T, double?> get,
        Func<T, double, T> with,
        Bounds<double> bounds,
        bool required = false,
        Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.Number(bounds), Given(get), with, required, none);

    internal SettingsTable<T> WholeNumber(
        string key,
        string doc,
        Func<T, int?> get,
        Func<T, int, T> with,
        Bounds<int> bounds,
        bool required = false,
        Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.WholeNumber(bounds), Given(get), with, required, none);

    internal SettingsTable<T> Duration(
        string key,
        string doc,
        Func<T, TimeSpan?> get,
        Func<T, TimeSpan, T> with,
        Bounds<TimeSpan> bounds,
        bool required = false,
        Func<T, T>? none = null) =>
        Value(key, doc, SettingKinds.Duration(bounds), Given(get), with, required, none);

    /// <summary>Adds a name of something else, of which all can be seen.</summary>
    internal SettingsTable<T> Named(string key, string doc, Func<T, string?> get, Func<T, string, T> with, Func<T, T> none) =>
        Value(key, doc, SettingKinds.Name(), Given(get), with, required: false, none);

    /// <summary>Adds a text that names the block in its errors.</summary>
    internal SettingsTable<T> Name(string key, string doc, Func<T, string> get, Func<T, string, T> with) =>
        Add(new ValueSetting<T, string>(key, doc, SettingKinds.Label(), value => get(value), with)
        {
            IsRequired = true,
            IsName = true,
        });

    /// <summary>Adds settings that stand in this block and are one value, which is checked as one.</summary>
    internal SettingsTable<T> Part<TPart>(Func<T, TPart> get, Func<T, TPart, T> with, SettingsTable<TPart> settings) =>
        Add(new PartSetting<T, TPart>(get, with, settings));

    /// <summary>Adds the settings of another table of the same type.</summary>
    internal SettingsTable<T> Include(SettingsTable<T> other) =>
        new(this) { Settings = Settings.AddRange(other.Settings), Checks = Checks.AddRange(other.Checks) };

    /// <summary>
    /// Lets a block start from one of some values, which it names. The writer takes the one from which there is least to say.
    /// </summary>
    internal SettingsTable<T> Preset(string key, string doc, ImmutableArray<(string Name, T Value)> presets)
    {
        T Named(string name) => presets.First(preset => string.Equals(preset.Name, name, StringComparison.Ordinal)).Value;
        var kind = SettingKinds.OneOf([.. presets.Select(p => p.Name)]);
        var setting = new ValueSetting<T, string>(key, doc, kind, _ => default, (_, name) => Named(name));
        return new(this) { Settings = Settings.Add(setting), PresetKey = key, Presets = presets };
    }

    /// <summary>Says where a setting belongs that people look for here; without a rule, that somebody else reads it.</summary>
    internal SettingsTable<T> Elsewhere(string key, string rule = "") => Add(new MisplacedSetting<T>(key, rule));

    /// <summary>Adds settings that stand together, and others that stand in their place.</summary>
    internal SettingsTable<T> Either(
        Func<SettingsTable<T>, SettingsTable<T>> one, Func<SettingsTable<T>, SettingsTable<T>> other, Func<T, T> clear) =>
        Add(new EitherSettings<T>(What, one(new(What, Seed, Doc)).Settings, other(new(What, Seed, Doc)).Settings, clear, Seed));

    internal SettingsTable<T> Add(Setting<T> setting) => new(this) { Settings = Settings.Add(setting) };

    /// <summary>What a block of a document makes of a value; what is wrong is collected.</summary>
    internal T Read(SettingsReader settings, T seed)
    {
        var before = settings.ErrorCount;
        var value = Settings.Aggregate(seed, (current, setting) => setting.Read(settings, current));
        if (settings.ErrorCount > before) return value;
        foreach (var check in Checks)
        {
            if (check(value) is { } sentence) settings.Error(sentence);
        }

        return value;
    }

    /// <summary>Reads a whole block.</summary>
    /// <exception cref="ScalingException">Something is wrong; all of it is told.</exception>
    internal T Read(JsonObject settings, string path, T seed) => SettingsReader.All(settings, path, What, reader => Read(reader, seed));

    /// <summary>The settings that differ from those of a seed, or all.</summary>
    internal JsonObject Write(T value, T seed, bool all)
    {
        var least = Write(new(), value, seed, all);
        if (all) return least;
        foreach (var (name, start) in Presets)
        {
            var other = Write(new() { [PresetKey] = name }, value, start, all: false);
            if (other.ToJsonString().Length < least.ToJsonString().Length) least = other;
        }

        return least;
    }

    /// <summary>Adds the settings to a block that others write to as well.</summary>
    internal JsonObject Write(JsonObject into, T value, T seed, bool all)
    {
        foreach (var setting in Settings) setting.Write(into, value, seed, all);
        return into;
    }

    /// <summary>What the table says, for schema and reference page.</summary>
    internal TableInfo Describe(T seed, bool known) => new()
    {
        What = What,
        Doc = Doc,
        Settings = [.. Settings.SelectMany(setting => setting.Describe(seed, known))],
        Alternatives = [.. Settings.Select(setting => setting.Alternatives).Where(keys => keys.Length > 0)],
        Either = [.. Settings.SelectMany(setting => setting.Either)],
    };

    /// <summary>
    /// What is wrong with a value that was not read but made: the rules of its settings, and if it breaks none, those of several settings.
    /// </summary>
    internal IEnumerable<BrokenSetting> Broken(T value)
    {
        var isBroken = false;
        foreach (var setting in Settings)
        {
            foreach (var broken in setting.Broken(value))
            {
                isBroken = true;
                yield return broken;
            }
        }

        if (isBroken) yield break;
        foreach (var check in Checks)
        {
            if (check(value) is { } sentence) yield return new("", sentence);
        }
    }

    private SettingsTable<T> Value<TValue>(
        string key,
        string doc,
        SettingKind<TValue> kind,
        Func<T, Given<TValue>> get,
        Func<T, TValue, T> with,
        bool required,
        Func<T, T>? none)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(doc);
        ArgumentNullException.ThrowIfNull(with);
        return Add(new ValueSetting<T, TValue>(key, doc, kind, get, with) { IsRequired = required, None = none });
    }

    private static Func<T, Given<TValue>> Given<TValue>(Func<T, TValue?> get) where TValue : struct
    {
        ArgumentNullException.ThrowIfNull(get);
        return value => get(value) is { } some ? some : default(Given<TValue>);
    }

    private static Func<T, Given<string>> Given(Func<T, string?> get)
    {
        ArgumentNullException.ThrowIfNull(get);
        return value => get(value) is { } some ? some : default(Given<string>);
    }
}
