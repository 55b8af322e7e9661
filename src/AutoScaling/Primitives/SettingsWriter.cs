using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Writes the settings of one block of a policy document, such as one rule, so that <see cref="SettingsReader"/> reads the same values back.</summary>
/// <remarks>A value that is null or equal to <c>unless</c>, the default that reading starts from, is left out.</remarks>
public sealed class SettingsWriter
{
    internal SettingsWriter()
    {
    }

    internal JsonObject Settings { get; } = [];

    /// <summary>Writes text.</summary>
    /// <param name="key">The setting's key.</param>
    /// <param name="value">The value; <see langword="null"/>: nothing is written.</param>
    /// <param name="unless">A value for which nothing is written.</param>
    /// <returns>This writer.</returns>
    /// <exception cref="ScalingException">The value holds half of a surrogate pair.</exception>
    public SettingsWriter Text(string key, string? value, string? unless = null)
    {
        if (value is null || string.Equals(value, unless, StringComparison.Ordinal)) return this;
        return SettingValues.IsWellFormed(value)
            ? Set(key, JsonValue.Create(value))
            : throw ScalingException.Invalid($"{SettingsReader.NameOf(key)} must be valid Unicode text, but is '{value}'.");
    }

    /// <summary>Writes the name of a metric, with its source if it has one.</summary>
    /// <inheritdoc cref="Text"/>
    /// <exception cref="ScalingException">Written down, the metric would be read as another one: its name or source holds an <c>@</c>.</exception>
    public SettingsWriter Metric(string key, MetricRef? value, MetricRef? unless = null)
    {
        if (value is not null && MetricRef.Parse(value.ToString()) != value)
            throw ScalingException.Invalid($"{SettingsReader.NameOf(key)} must be a metric whose name and source hold no '@', but is '{value}'.");
        return value == unless ? this : Text(key, value?.ToString());
    }

    /// <summary>Writes a number.</summary>
    /// <inheritdoc cref="Text"/>
    /// <exception cref="ScalingException">The value is not finite.</exception>
    public SettingsWriter Number(string key, double? value, double? unless = null)
    {
        // Bit by bit: -0 is not 0 to whoever reads it back.
        if (value is not { } number || (unless is { } usual && BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits(usual))) return this;
        return double.IsFinite(number)
            ? Set(key, JsonValue.Create(number))
            : throw ScalingException.Invalid($"{SettingsReader.NameOf(key)} must be finite, but is {Phrase.Of(number)}.");
    }

    /// <summary>Writes a whole number.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsWriter WholeNumber(string key, int? value, int? unless = null) => Set(key, value == unless ? null : JsonValue.Create(value));

    /// <summary>Writes <c>true</c> or <c>false</c>.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsWriter Flag(string key, bool? value, bool? unless = null) => Set(key, value == unless ? null : JsonValue.Create(value));

    /// <summary>Writes a duration: <c>1h30m</c>.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsWriter Duration(string key, TimeSpan? value, TimeSpan? unless = null) =>
        Set(key, value is not { } duration || value == unless ? null : JsonValue.Create(Durations.Format(duration)));

    /// <summary>Writes the name of an enum's value.</summary>
    /// <inheritdoc cref="Text"/>
    public SettingsWriter Choice<TChoice>(string key, TChoice value, TChoice? unless = null) where TChoice : struct, Enum =>
        Text(key, SettingValues.NameOf(value), unless is { } usual ? SettingValues.NameOf(usual) : null);

    /// <summary>Writes a block of settings inside this one, unless it stays empty.</summary>
    /// <param name="key">The block's key.</param>
    /// <param name="write">Writes the block's settings.</param>
    /// <returns>This writer.</returns>
    public SettingsWriter Block(string key, Action<SettingsWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var inner = new SettingsWriter();
        write(inner);
        return Set(key, inner.Settings.Count == 0 ? null : inner.Settings);
    }

    /// <summary>Writes a list of blocks of settings.</summary>
    /// <param name="key">The list's key.</param>
    /// <param name="items">The items.</param>
    /// <param name="write">Writes the settings of an item.</param>
    /// <returns>This writer.</returns>
    public SettingsWriter List<TItem>(string key, IEnumerable<TItem> items, Action<SettingsWriter, TItem> write)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(write);
        var list = new JsonArray();
        foreach (var item in items)
        {
            var inner = new SettingsWriter();
            write(inner, item);
            list.Add((JsonNode)inner.Settings);
        }

        return Set(key, list);
    }

    internal SettingsWriter Set(string key, JsonNode? value)
    {
        if (value is not null) Settings[key] = value;
        return this;
    }
}
