using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A list of blocks of settings.</summary>
internal sealed class ListSetting<T, TItem>(
    string key,
    string doc,
    Func<T, ImmutableArray<TItem>> get,
    Func<T, ImmutableArray<TItem>, T> with,
    SettingsTable<TItem> items) : Setting<T>
{
    /// <summary>What an item has that says nothing; it may follow what the list stands in.</summary>
    public Func<T, TItem> Seed { get; init; } = _ => items.Seed;

    /// <summary>Whether items have what the list stands in has, rather than defaults of their own.</summary>
    public bool IsRelative { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>The least items; whoever has the list refuses fewer.</summary>
    public int Least { get; init; }

    /// <summary>Names an item in the errors of writing it.</summary>
    public Func<TItem, string>? Name { get; init; }

    public override T Read(SettingsReader settings, T seed) =>
        settings.List(key, seed, items.What, inner => items.Read(inner, Seed(seed)), with, IsRequired);

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
        if (!all && !IsRequired && get(value).AsSpan().SequenceEqual(get(seed).AsSpan())) return;
        into.Add(key, new JsonArray([.. get(value).Select(item => (JsonNode)Written(item, Seed(value), all))]));
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) =>
    [
        new()
        {
            Key = key,
            Doc = doc,
            Words = "a list",
            IsRequired = IsRequired,
            IsNullable = Least == 0,
            LeastItems = Least,
            Items = items.Describe(Seed(seed), known && !IsRelative),
        },
    ];

    public override IEnumerable<BrokenSetting> Broken(T value) => get(value).IsDefaultOrEmpty
        ? []
        : get(value).SelectMany((item, i) => items.Broken(item).Select(broken =>
            Name is null ? broken.Below($".{key}[{Phrase.Exact(i)}]") : new("", broken.In(Name(item)))));

    private JsonObject Written(TItem item, TItem seed, bool all)
    {
        try
        {
            return items.Write(item, seed, all);
        }
        catch (ScalingException e) when (Name is not null)
        {
            throw new ScalingException([.. e.Errors.Select(error => $"{Name(item)}: {error}")]);
        }
    }
}
