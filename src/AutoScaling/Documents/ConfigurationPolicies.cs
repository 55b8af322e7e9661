using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Documents;

/// <summary>Policies in a section of the configuration.</summary>
internal sealed class ConfigurationPolicies(IConfiguration section) : IPolicySource
{
    // A file that cannot be read again empties its part of the configuration, and nobody is told: its provider throws where nobody
    // catches. A few of the settings that were read show it.
    private const int MostProbes = 64;

    private IChangeToken? _token;
    private bool _hasLost;
    private ImmutableArray<(string Key, string Value)> _probes = [];

    public string Name => section is IConfigurationSection named ? $"the configuration section '{named.Path}'" : "the configuration";

    public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
    {
        if (_token?.HasChanged == false && HasLost())
        {
            _probes = [];
            throw ScalingException.Invalid(
                "Settings have changed without a notice, as happens when a file of the configuration can no longer be read: "
                + "look at the one that was changed last.");
        }

        _token = section.GetReloadToken();
        _probes = Probes();
        return PolicyDocument.FromConfiguration(section, context.Defaults, context.RuleTypes);
    }

    public bool HasChanged()
    {
        if (_token?.HasChanged != false) return true;

        // It counts only once it was seen twice: the notice that a file was read comes a moment after its settings.
        var (before, now) = (_hasLost, HasLost());
        _hasLost = now;
        return before && now;
    }

    private bool HasLost() => _probes.Any(probe => !string.Equals(section[probe.Key], probe.Value, StringComparison.Ordinal));

    private ImmutableArray<(string Key, string Value)> Probes()
    {
        var values = section.GetSection("Policies").AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null);
        List<(string Key, string Value)> settings = [.. values.Select(setting => ($"Policies:{setting.Key}", setting.Value!))];
        var step = Math.Max(1, settings.Count / MostProbes);
        return [.. settings.Where((_, i) => i % step == 0).Take(MostProbes)];
    }
}
