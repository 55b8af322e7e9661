using System.Collections.Immutable;

namespace AutoScaling;

/// <summary>
/// Gives policies, and says when they have changed. Implement it to keep policies where they are not yet: a database, an API.
/// </summary>
/// <remarks>
/// Both calls are made for the loop, one at a time, and must answer at once: a source that has to wait reads ahead in the background, and
/// says that it has changed once it knows more. One that has not answered within a second is waited for no longer: its old policies stay,
/// until it comes back. When the host starts it is waited for. A service has one policy, in one source.
/// </remarks>
public interface IPolicySource
{
    /// <summary>The source in sentences: <c>'policies.yaml'</c>, <c>the database</c>.</summary>
    string Name { get; }

    /// <summary>All policies of the source.</summary>
    /// <param name="context">What policies have that leave a setting out, and what else documents need.</param>
    /// <returns>The policies; those of a service that is no longer among them are forgotten.</returns>
    /// <exception cref="ScalingException">
    /// They are invalid; each error is in it. At the start that keeps the host down; later the old policies stay, and the status tells the
    /// errors.
    /// </exception>
    ImmutableArray<ScalingPolicy> Read(PolicySourceContext context);

    /// <summary>
    /// Whether the policies may have changed since they were last read. Asked before every evaluation, so it must be cheap.
    /// </summary>
    bool HasChanged();
}

/// <summary>What a source of policies is told by the host.</summary>
public readonly struct PolicySourceContext
{
    /// <summary>Creates a context, as the host does; for tests of a source.</summary>
    public PolicySourceContext()
    {
    }

    /// <summary>What policies have that leave a setting out.</summary>
    /// <value>The library's defaults by default.</value>
    public PolicyDefaults Defaults { get; init; } = PolicyDefaults.Library;

    /// <summary>The types of the user's own rules, which policy documents may hold.</summary>
    /// <value>None by default.</value>
    public ImmutableArray<RuleType> RuleTypes { get; init; } = [];

    /// <summary>The folder that relative paths start from.</summary>
    /// <value>The current directory by default.</value>
    public string ContentRoot { get; init; } = Directory.GetCurrentDirectory();
}

/// <summary>
/// A source whose policies stand each by itself, as those of several teams do. One that the host refuses costs only itself; that none are
/// left is no accident; and one that another source or <see cref="IAutoScaler.SetPolicy"/> has for the same target gives way to that.
/// </summary>
public interface IIndependentPolicySource : IPolicySource
{
    /// <summary>
    /// Is told which of the policies that were read last the host does not take, whenever it has looked at them. Must return at once, and
    /// throws nothing.
    /// </summary>
    /// <param name="refused">Those; none if all hold. The target of one that was refused has the policy it had before, if it was from here,
    /// and is not among those that were read under another name.</param>
    void OnRefused(ImmutableArray<RefusedPolicy> refused);
}

/// <summary>A policy that the host does not take.</summary>
public sealed record RefusedPolicy
{
    /// <summary>The policy.</summary>
    public required ScalingPolicy Policy { get; init; }

    /// <summary>Why, one sentence each; at least one.</summary>
    public required ImmutableArray<string> Errors { get; init; }

    /// <summary>Whether something else has a policy for the target, and nothing is wrong with this one.</summary>
    public bool IsTaken { get; init; }
}
