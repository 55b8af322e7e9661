using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// How rules of one type are written in policy documents; make one for each rule of your own that documents should hold. Immutable and
/// thread-safe.
/// </summary>
public sealed class RuleType
{
    private RuleType(
        string name,
        string what,
        ScalingRule seed,
        Func<SettingsReader, PolicyDefaults, ScalingRule> read,
        Func<ScalingRule, bool, JsonObject> write,
        Func<TableInfo> describe,
        Func<ScalingRule, IEnumerable<BrokenSetting>> broken) =>
        (Name, What, Seed, Read, Write, Describe, Broken) = (name, what, seed, read, write, describe, broken);

    /// <summary>What documents call the type.</summary>
    public string Name { get; }

    /// <summary>A rule of the type, for sentences.</summary>
    internal string What { get; }

    /// <summary>Reads the settings beside <c>type</c> and <c>name</c>.</summary>
    internal Func<SettingsReader, PolicyDefaults, ScalingRule> Read { get; }

    /// <summary>Writes the settings beside <c>type</c> and <c>name</c>: those that the type's seed has not, or all.</summary>
    internal Func<ScalingRule, bool, JsonObject> Write { get; }

    /// <summary>What the settings are, for schema and reference page.</summary>
    internal Func<TableInfo> Describe { get; }

    /// <summary>What is wrong with a rule that was not read but made.</summary>
    internal Func<ScalingRule, IEnumerable<BrokenSetting>> Broken { get; }

    /// <summary>A rule that has no setting; as what must be set is something in it, it is an example too.</summary>
    internal ScalingRule Seed { get; }

    /// <summary>Describes a rule type: reader, writer, JSON schema and the paths of sweeps are made from it.</summary>
    /// <typeparam name="TRule">The rule; rules derived from it need a type of their own.</typeparam>
    /// <param name="name">What documents call the type: <c>targetTracking</c>. Compared without regard to case.</param>
    /// <param name="seed">A rule that has no setting: the defaults, and something for what must be set.</param>
    /// <param name="settings">Adds the settings that stand beside <c>type</c> and <c>name</c>; <see langword="null"/> if there are
    /// none.</param>
    /// <param name="doc">What the rule does, in a sentence.</param>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static RuleType Create<TRule>(
        string name,
        TRule seed,
        Func<SettingsTable<TRule>, SettingsTable<TRule>>? settings = null,
        string doc = "") where TRule : ScalingRule =>
        Create(name, seed, settings, doc, _ => seed);

    /// <summary>Describes a rule type whose rules have defaults that a document can set for all policies.</summary>
    internal static RuleType Create<TRule>(
        string name,
        TRule seed,
        Func<SettingsTable<TRule>, SettingsTable<TRule>>? settings,
        string doc,
        Func<PolicyDefaults, TRule> start) where TRule : ScalingRule
    {
        ArgumentNullException.ThrowIfNull(seed);
        if (string.IsNullOrWhiteSpace(name)) throw ScalingException.Invalid($"RuleType must have a name, but is '{name}'.");
        var empty = SettingsTable.Of($"a rule of type {name}", seed, doc);
        var table = settings?.Invoke(empty) ?? empty;
        return new(
            name,
            table.What,
            seed,
            (reader, defaults) => table.Read(reader, start(defaults)),
            (rule, all) => table.Write((TRule)rule, seed, all),
            () => table.Describe(seed, known: true),
            rule => table.Broken((TRule)rule));
    }
}
