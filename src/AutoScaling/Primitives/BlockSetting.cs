using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A block of settings inside another.</summary>
internal sealed class BlockSetting<T, TPart>(
    string key, string doc, Func<T, TPart> get, Func<T, TPart, T> with, SettingsTable<TPart> table) : Setting<T>
{
    public override T Read(SettingsReader settings, T seed) =>
        settings.Block(key, seed, table.What, (inner, current) => with(current, table.Read(inner, get(current))));

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
        var inner = table.Write(get(value), get(seed), all);
        if (inner.Count > 0) into.Add(key, inner);
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) =>
        [new() { Key = key, Doc = doc, Words = "a block", IsNullable = true, Block = table.Describe(get(seed), known) }];

    /// <remarks>A host may have a hundred thousand policies that share the defaults, which are right.</remarks>
    public override IEnumerable<BrokenSetting> Broken(T value) => get(value) is var part && ReferenceEquals(part, table.Seed)
        ? []
        : table.Broken(part).Select(broken => broken.Below($".{key}"));
}

/// <summary>Settings that stand in the block itself and are one value, which is checked as one.</summary>
internal sealed class PartSetting<T, TPart>(Func<T, TPart> get, Func<T, TPart, T> with, SettingsTable<TPart> table) : Setting<T>
{
    public override T Read(SettingsReader settings, T seed)
    {
        var before = settings.ErrorCount;
        var part = table.Read(settings, get(seed));
        return settings.ErrorCount > before ? seed : settings.Try(seed, value => with(value, part));
    }

    public override void Write(JsonObject into, T value, T seed, bool all) => table.Write(into, get(value), get(seed), all);

    public override ImmutableArray<ImmutableArray<string>> Either => table.Describe(table.Seed, known: false).Either;

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) => table.Describe(get(seed), known).Settings;

    public override IEnumerable<BrokenSetting> Broken(T value) => table.Broken(get(value));
}
