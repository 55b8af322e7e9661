using AutoScaling;
using AutoScaling.Documents;
using AutoScaling.Ports;
using Microsoft.Extensions.Configuration;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Says which policies there are.</summary>
public static class AutoScalingPolicyExtensions
{
    /// <summary>Adds a policy.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="policy">The policy.</param>
    public static AutoScalingBuilder AddPolicy(this AutoScalingBuilder builder, ScalingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        builder.Services.AddSingleton(new PolicyRegistration(_ => policy));
        return builder;
    }

    /// <summary>Adds a policy with the threshold rule; what is left out comes from <see cref="AutoScalingOptions"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="service">The name of the service.</param>
    /// <param name="min">The least replicas.</param>
    /// <param name="max">The most replicas.</param>
    /// <param name="cpuTarget">The CPU target in percent.</param>
    /// <param name="memoryTarget">The memory target in percent.</param>
    public static AutoScalingBuilder AddPolicy(
        this AutoScalingBuilder builder, string service, int? min = null, int? max = null, double? cpuTarget = null, double? memoryTarget = null)
    {
        builder.Services.AddSingleton(new PolicyRegistration(defaults => ScalingPolicy.For(service, defaults with
        {
            Range = new(min ?? defaults.Range.Min, max ?? defaults.Range.Max),
            CpuTarget = cpuTarget ?? defaults.CpuTarget,
            MemoryTarget = memoryTarget ?? defaults.MemoryTarget,
        })));
        return builder;
    }

    /// <summary>Adds the policies of a configuration section, and follows its changes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section that holds <c>Policies</c>.</param>
    public static AutoScalingBuilder AddPolicies(this AutoScalingBuilder builder, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.AddSource((defaults, rules) => new ConfigurationPolicies(section, defaults, rules));
    }

    /// <summary>Adds the policies of a JSON or YAML file, and follows its changes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file, ending in <c>.json</c>, <c>.yaml</c> or <c>.yml</c>.</param>
    public static AutoScalingBuilder AddPolicyFile(this AutoScalingBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return builder.AddSource((defaults, rules) => new FilePolicies(path, defaults, rules));
    }

    /// <summary>Lets policy documents name a rule of your own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="type">Its name, and how it is read and written.</param>
    public static AutoScalingBuilder AddRuleType(this AutoScalingBuilder builder, RuleType type)
    {
        builder.Services.AddSingleton(type);
        return builder;
    }

    private static AutoScalingBuilder AddSource(this AutoScalingBuilder builder, Func<Func<PolicyDefaults>, IEnumerable<RuleType>, PolicySource> create)
    {
        builder.Services.AddSingleton(services => create(services.GetRequiredService<GivenDefaults>().Read, [.. services.GetServices<RuleType>()]));
        return builder;
    }
}
