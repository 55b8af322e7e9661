using AutoScaling.Documents;
using Microsoft.Extensions.Configuration;

namespace AutoScaling;

/// <summary>Reads a package's own section of the configuration as strictly as policies.</summary>
public static class ConfigurationSettings
{
    /// <summary>Reads a section of the configuration, with the durations, the errors and the strictness of policy documents.</summary>
    /// <param name="section">The section.</param>
    /// <param name="what">What it is, for sentences: <c>AutoScaling</c>.</param>
    /// <param name="read">Reads its settings.</param>
    /// <exception cref="ScalingException">Something is wrong with the settings; all of it is told
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static T Read<T>(IConfiguration section, string what, Func<SettingsReader, T> read)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(what);
        ArgumentNullException.ThrowIfNull(read);
        return SettingsReader.All(ConfigurationNodes.Block(section), "", what, read);
    }
}
