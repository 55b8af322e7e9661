using AutoScaling.Documents;
using Microsoft.Extensions.Configuration;

namespace AutoScaling;

/// <summary>Reads a package's own section of the configuration as strictly as policies.</summary>
public static class ConfigurationSettings
{
    /// <summary>Reads a section of the configuration, with the durations, the errors and the strictness of policy documents.</summary>
    /// <param name="section">The section.</param>
    /// <param name="settings">Its settings; what the section leaves out is as in the table's seed.</param>
    /// <exception cref="ScalingException">
    /// Something is wrong with the settings; all of it is told (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static T Read<T>(IConfiguration section, SettingsTable<T> settings)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Read(ConfigurationNodes.Block(section), "", settings.Seed);
    }

    /// <summary>
    /// Says that a package reads a section itself, so that it may stand inside the one that
    /// <see cref="Microsoft.Extensions.DependencyInjection.AutoScalingServiceCollectionExtensions"/> reads.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="section">The section: <c>AutoScaling:Prometheus</c>.</param>
    public static void Own(AutoScalingBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        OwnSections.Of(builder.Services).Add(section);
    }
}
