using AutoScaling.Documents;
using AutoScaling.Primitives;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>
/// Reads the loop's settings from the section that holds the policies, with the same reader, so that durations and errors look the same in
/// both.
/// </summary>
internal sealed class OptionsFromConfiguration(IConfiguration section) : IConfigureOptions<AutoScalingOptions>
{
    /// <summary>Sets what is right; what is wrong is told when the options are validated, together with everything else that is.</summary>
    public void Configure(AutoScalingOptions options) => Read(OptionsSettings.Section, options);

    /// <summary>
    /// What is wrong with the settings. The defaults are read again with the policies: what is wrong with them is told there.
    /// </summary>
    public IReadOnlyList<string> Errors() => Read(OptionsSettings.Loop, new());

    private IReadOnlyList<string> Read(SettingsTable<AutoScalingOptions> table, AutoScalingOptions options)
    {
        SettingsReader.All(ConfigurationNodes.Block(section), "", table.What, reader => table.Read(reader, options), out var errors);
        return errors;
    }
}
