using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Documents;

/// <summary>The sections of the configuration that packages read themselves, inside the one that the autoscaler reads.</summary>
internal sealed class OwnSections
{
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Those of a host.</summary>
    public static OwnSections Of(IServiceCollection services)
    {
        foreach (var service in services)
        {
            if (!service.IsKeyedService && service.ImplementationInstance is OwnSections known) return known;
        }

        var sections = new OwnSections();
        services.AddSingleton(sections);
        return sections;
    }

    public void Add(IConfigurationSection section) => _paths.Add(section.Path);

    public bool Has(IConfiguration outer, string key) =>
        _paths.Contains(outer is IConfigurationSection section ? ConfigurationPath.Combine(section.Path, key) : key);
}
