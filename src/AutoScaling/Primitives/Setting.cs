using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>A row of a <see cref="SettingsTable{T}"/>: one setting, or some that belong together.</summary>
/// <typeparam name="T">What has the setting.</typeparam>
internal abstract class Setting<T>
{
    /// <summary>The value with the setting as it stands in the document; what is wrong with it is collected.</summary>
    public abstract T Read(SettingsReader settings, T seed);

    /// <summary>Writes the setting, unless the seed has it too.</summary>
    /// <param name="into">The block to write to.</param>
    /// <param name="value">What has the setting.</param>
    /// <param name="seed">What reading starts from.</param>
    /// <param name="all">Whether also that is written which the seed has.</param>
    /// <exception cref="ScalingException">Written down, the value could not be read back.</exception>
    public abstract void Write(JsonObject into, T value, T seed, bool all);

    /// <summary>What the setting is, for schema and reference page.</summary>
    /// <param name="seed">What reading starts from.</param>
    /// <param name="known">Whether the seed is what users get who leave the setting out.</param>
    public abstract IEnumerable<SettingInfo> Describe(T seed, bool known);

    /// <summary>The keys of which exactly one must be set.</summary>
    public virtual ImmutableArray<string> Alternatives => [];

    /// <summary>The sets of keys of which one must be there as a whole.</summary>
    public virtual ImmutableArray<ImmutableArray<string>> Either => [];

    /// <summary>Whether a value has the setting.</summary>
    public virtual bool IsGiven(T value) => true;

    /// <summary>The rules that a value breaks which was not read but made.</summary>
    public virtual IEnumerable<BrokenSetting> Broken(T value) => [];
}
