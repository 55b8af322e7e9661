using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>What a table says of one setting, for the schema and the reference page.</summary>
internal sealed record SettingInfo
{
    /// <summary>The setting's key: <c>cpuTarget</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What the setting means, in one sentence.</summary>
    public required string Doc { get; init; }

    /// <summary>What its value is: <c>a number more than 0</c>.</summary>
    public required string Words { get; init; }

    /// <summary>Makes what a schema says of the value; <see langword="null"/> for blocks.</summary>
    public Func<JsonObject>? Schema { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>Whether null is a value.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Whether it is known what the setting is without being set.</summary>
    public bool HasDefault { get; init; }

    public JsonNode? Default { get; init; }

    /// <summary>A setting that must not stand beside this one.</summary>
    public string? Excludes { get; init; }

    /// <summary>The settings of the block.</summary>
    public TableInfo? Block { get; init; }

    /// <summary>The settings of each block of the map.</summary>
    public TableInfo? Map { get; init; }

    /// <summary>The least items that the list holds.</summary>
    public int LeastItems { get; init; }

    /// <summary>The settings of each item of the list.</summary>
    public TableInfo? Items { get; init; }
}

/// <summary>What a table says of all its settings.</summary>
internal sealed record TableInfo
{
    /// <summary>What the block is: <c>a rule of type step</c>.</summary>
    public required string What { get; init; }

    public required string Doc { get; init; }

    public required ImmutableArray<SettingInfo> Settings { get; init; }

    /// <summary>The keys of which exactly one is set, one list for each group.</summary>
    public required ImmutableArray<ImmutableArray<string>> Alternatives { get; init; }

    /// <summary>The sets of keys of which one is there as a whole.</summary>
    public ImmutableArray<ImmutableArray<string>> Either { get; init; } = [];
}
