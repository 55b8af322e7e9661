using AutoScaling.Documents;
using AutoScaling.Primitives;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Hosting;

/// <summary>
/// Reads the loop's settings from the section that holds the policies, with the same reader, so that durations and errors look the same in
/// both.
/// </summary>
internal sealed class OptionsFromConfiguration(IConfiguration section, OwnSections own) : IConfigureOptions<AutoScalingOptions>
{
    private IChangeToken? _token;
    private AutoScalingOptions _last = new();

    /// <summary>Sets what is right; what is wrong is told when the options are validated, together with everything else that is.</summary>
    public void Configure(AutoScalingOptions options)
    {
        _token = section.GetReloadToken();
        _last = new();
        Read(OptionsSettings.Loop, _last);
        Read(OptionsSettings.Section, options);
    }

    /// <summary>
    /// What is wrong with the settings. The defaults are read again with the policies: what is wrong with them is told there.
    /// </summary>
    public IReadOnlyList<string> Errors() => Read(OptionsSettings.Loop, new());

    /// <summary>
    /// What the section says since it was last asked, and what has no effect: settings that are read when the host starts, and names that
    /// are none.
    /// </summary>
    public IReadOnlyList<string> Ignored()
    {
        if (_token?.HasChanged != true) return [];
        _token = section.GetReloadToken();
        try
        {
            var now = new AutoScalingOptions();
            List<string> ignored = [.. Read(OptionsSettings.Loop, now)];
            foreach (var (key, value) in OptionsSettings.Loop.Write(now, _last, all: false))
            {
                var name = SettingValues.NameOf(key);
                ignored.Add($"{name} is read when the host starts; it stays what it was, and is not {SettingValues.Shown(value)}.");
            }

            _last = now;
            return ignored;
        }
        catch (ScalingException e)
        {
            return e.Errors;
        }
    }

    private IReadOnlyList<string> Read(SettingsTable<AutoScalingOptions> table, AutoScalingOptions options)
    {
        var block = ConfigurationNodes.Block(section);
        foreach (var (key, _) in block.ToList())
        {
            if (own.Has(section, key)) block.Remove(key);
        }

        SettingsReader.All(block, "", table.What, reader => table.Read(reader, options), out var errors);
        return errors;
    }
}
