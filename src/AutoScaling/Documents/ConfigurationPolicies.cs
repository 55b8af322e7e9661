using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Documents;

/// <summary>Policies in a section of the configuration.</summary>
internal sealed class ConfigurationPolicies(IConfiguration section) : IPolicySource
{
    private IChangeToken? _token;

    public string Name => section is IConfigurationSection named ? $"the configuration section '{named.Path}'" : "the configuration";

    public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
    {
        _token = section.GetReloadToken();
        return PolicyDocument.FromConfiguration(section, context.Defaults, context.RuleTypes);
    }

    public bool HasChanged() => _token?.HasChanged ?? true;
}
