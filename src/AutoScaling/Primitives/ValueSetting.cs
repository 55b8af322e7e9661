using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A value that may not be there.</summary>
internal readonly record struct Given<TValue>(TValue Value, bool IsSet)
{
    public static implicit operator Given<TValue>(TValue value) => new(value, true);
}

/// <summary>A setting with one value.</summary>
internal sealed class ValueSetting<T, TValue>(
    string key, string doc, SettingKind<TValue> kind, Func<T, Given<TValue>> get, Func<T, TValue, T> with) : Setting<T>
{
    /// <summary>Whether it is an error that the setting is not there. It is then always written.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The value without the setting; <see langword="null"/> if there must be one.</summary>
    public Func<T, T>? None { get; init; }

    /// <summary>Whether the setting names the block in its errors.</summary>
    public bool IsName { get; init; }

    public override T Read(SettingsReader settings, T seed) => settings.Value(
        key,
        seed,
        kind.Parse,
        (current, value) =>
        {
            var next = with(current, value);
            if (IsName) settings.Label($"{value}");
            return next;
        },
        IsRequired,
        None);

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
        var (given, usual) = (get(value), get(seed));
        if (!given.IsSet && None is not null && (all || usual.IsSet)) into.Add(key, null);
        if (!given.IsSet || (!all && !IsRequired && usual.IsSet && kind.Same(given.Value, usual.Value))) return;
        into.Add(key, kind.Write(SettingValues.NameOf(key), given.Value));
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known)
    {
        var usual = get(seed);
        var hasDefault = known && !IsRequired && (usual.IsSet || None is not null);
        return
        [
            new()
            {
                Key = key,
                Doc = doc,
                Words = kind.Words,
                Schema = kind.Schema,
                IsRequired = IsRequired,
                IsNullable = None is not null,
                HasDefault = hasDefault,
                Default = hasDefault && usual.IsSet ? kind.Write(key, usual.Value) : null,
            },
        ];
    }

    public override bool IsGiven(T value) => get(value).IsSet;

    public override IEnumerable<BrokenSetting> Broken(T value) =>
        kind.Broken is { } broken && get(value) is { IsSet: true } given && broken(given.Value) is { } rule
            ? [new("", Bounds.Broken(SettingValues.NameOf(key), rule, given.Value).Message)]
            : [];
}
