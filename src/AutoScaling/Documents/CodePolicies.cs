using System.Collections.Immutable;

namespace AutoScaling.Documents;

/// <summary>A policy that the host's code gives, once the defaults are known.</summary>
internal sealed record PolicyRegistration(Func<PolicyDefaults, ScalingPolicy> Create);

/// <summary>The policies that the host's code gives.</summary>
internal sealed class CodePolicies(IEnumerable<PolicyRegistration> policies) : IPolicySource
{
    public string Name => "the code";

    public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context) =>
        [.. policies.Select(policy => policy.Create(context.Defaults))];

    public bool HasChanged() => false;
}
