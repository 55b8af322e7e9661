using System.Diagnostics.CodeAnalysis;
using AutoScaling;
using AutoScaling.Documents;
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
        CodePolicies.Of(builder.Services).Add(new GivenPolicy(policy));
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
        this AutoScalingBuilder builder,
        string service,
        int? min = null,
        int? max = null,
        double? cpuTarget = null,
        double? memoryTarget = null)
    {
        CodePolicies.Of(builder.Services).Add(service, new(min, max, cpuTarget, memoryTarget));
        return builder;
    }

    /// <summary>Adds a policy made of the defaults in <see cref="AutoScalingOptions"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="service">The name of the service.</param>
    /// <param name="configure">The policy with all that it has differently: <c>p => p with { Range = new(2, 20) }</c>.</param>
    public static AutoScalingBuilder AddPolicy(
        this AutoScalingBuilder builder, string service, Func<ScalingPolicy, ScalingPolicy> configure)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(configure);
        CodePolicies.Of(builder.Services).Add(new ConfiguredPolicy(service, configure));
        return builder;
    }

    /// <summary>Adds the policies of a source of your own, and follows its changes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="source">Creates the source.</param>
    public static AutoScalingBuilder AddPolicySource(this AutoScalingBuilder builder, Func<IServiceProvider, IPolicySource> source)
    {
        builder.Services.AddSingleton(source);
        return builder;
    }

    /// <summary>Adds the policies of a source of your own, and follows its changes.</summary>
    /// <param name="builder">The builder.</param>
    /// <typeparam name="T">The source, whose constructor arguments are services.</typeparam>
    public static AutoScalingBuilder AddPolicySource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this AutoScalingBuilder builder)
        where T : class, IPolicySource
    {
        builder.Services.AddSingleton<IPolicySource, T>();
        return builder;
    }

    /// <summary>Adds the policies of a configuration section, and follows its changes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section that holds <c>Policies</c>.</param>
    public static AutoScalingBuilder AddPolicies(this AutoScalingBuilder builder, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.AddPolicySource(_ => new ConfigurationPolicies(section));
    }

    /// <summary>Adds the policies of a JSON or YAML file, and follows its changes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file, ending in <c>.json</c>, <c>.yaml</c> or <c>.yml</c>; a relative path starts from the host's content
    /// root.</param>
    /// <param name="maxBytes">How long the file may be, in bytes; 1 MiB by default.</param>
    public static AutoScalingBuilder AddPolicyFile(
        this AutoScalingBuilder builder, string path, int maxBytes = PolicyDocument.DefaultMaxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return builder.AddPolicySource(_ => new FilePolicies(path, maxBytes));
    }

    /// <summary>Lets policy documents name a rule of your own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="type">Its name, and how it is read and written.</param>
    public static AutoScalingBuilder AddRuleType(this AutoScalingBuilder builder, RuleType type)
    {
        builder.Services.AddSingleton(type);
        return builder;
    }
}
