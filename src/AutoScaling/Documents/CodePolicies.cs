using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Documents;

/// <summary>
/// The policies that the host's code gives, made once the defaults are known. One service for all of them: a host may have a hundred
/// thousand, and the container keeps much for each service.
/// </summary>
internal sealed class CodePolicies : IPolicySource
{
    private readonly List<ICodePolicy> _policies = [];

    public string Name => "the code";

    /// <summary>Those of a host.</summary>
    public static CodePolicies Of(IServiceCollection services)
    {
        foreach (var service in services)
        {
            if (!service.IsKeyedService && service.ImplementationInstance is CodePolicies policies) return policies;
        }

        throw new InvalidOperationException("The services do not come from AddAutoScaling.");
    }

    public void Add(ICodePolicy policy) => _policies.Add(policy);

    /// <summary>
    /// Adds a policy in short form, which shares the settings of the one before if they are the same: many differ in their name only.
    /// </summary>
    public void Add(string service, ShortSettings settings)
    {
        if (_policies is [.., ShortPolicy last] && last.Settings == settings) settings = last.Settings;
        _policies.Add(new ShortPolicy(service, settings));
    }

    public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context) =>
        [.. _policies.Select(policy => policy.Create(context.Defaults))];

    public bool HasChanged() => false;
}
