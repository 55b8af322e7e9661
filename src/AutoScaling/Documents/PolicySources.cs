using System.Collections.Immutable;
using AutoScaling.Policies;

namespace AutoScaling.Documents;

/// <summary>The registered sources of policies, and what they are told when they are read.</summary>
/// <param name="sources">The sources.</param>
/// <param name="ruleTypes">The user's own rules.</param>
/// <param name="contentRoot">The folder that relative paths start from.</param>
/// <param name="defaults">What policies have that leave a setting out, once the host's settings are known.</param>
internal sealed class PolicySources(
    IEnumerable<IPolicySource> sources, IEnumerable<RuleType> ruleTypes, string contentRoot, Func<PolicyDefaults> defaults)
{
    private PolicySettings? _settings;

    public ImmutableArray<IPolicySource> All { get; } = [.. sources];

    public ImmutableArray<RuleType> RuleTypes { get; } = [.. ruleTypes];

    /// <summary>The policies of a source.</summary>
    /// <exception cref="ScalingException">They are invalid; every error is in it.</exception>
    public ImmutableArray<ScalingPolicy> Read(IPolicySource source) => Read(source, defaults());

    /// <summary>Whether a source must be read again. What a source throws is told when it is read.</summary>
    public static bool HasChanged(IPolicySource source)
    {
        try
        {
            return source.HasChanged();
        }
        catch (Exception)
        {
            return true;
        }
    }

    /// <summary>
    /// What is wrong with the policies of all sources, under defaults that may not be the host's, as its settings are wrong too.
    /// </summary>
    /// <param name="given">The defaults.</param>
    /// <param name="missing">What a policy needs and the host has not.</param>
    public IEnumerable<string> Errors(PolicyDefaults given, Func<ScalingPolicy, IEnumerable<string>> missing) =>
        All.SelectMany(source => Errors(source, given, missing));

    /// <summary>
    /// What is wrong with a policy, whoever made it: code and sources of the user's own are not checked by any reader of documents.
    /// </summary>
    public IEnumerable<string> Broken(ScalingPolicy policy)
    {
        _settings ??= new(Policies.RuleTypes.With(RuleTypes), PolicyDefaults.Library);
        return _settings.Broken(policy, $"Policy '{policy.Target}'");
    }

    /// <summary>What is wrong with a source, with the source named once: before the first sentence, unless that names it.</summary>
    public static IEnumerable<string> Naming(IPolicySource source, Exception error)
    {
        var sentences = (error as ScalingException)?.Errors ?? [error.Message];

        // The sentence about a file that is not there names it already, by its whole path.
        bool IsNamed(string sentence) => sentence.Contains(source.Name.Trim('\''), StringComparison.Ordinal);
        return sentences.Select((sentence, i) => i > 0 || IsNamed(sentence) ? sentence : $"In {source.Name}: {sentence}");
    }

    private List<string> Errors(IPolicySource source, PolicyDefaults given, Func<ScalingPolicy, IEnumerable<string>> missing)
    {
        try
        {
            return [.. Read(source, given).SelectMany(policy => missing(policy).Concat(Broken(policy)))];
        }
        catch (Exception e)
        {
            // Whatever a source, a user's rule or a registered factory throws.
            return [.. Naming(source, e)];
        }
    }

    private ImmutableArray<ScalingPolicy> Read(IPolicySource source, PolicyDefaults given)
    {
        var read = source.Read(new() { Defaults = given, RuleTypes = RuleTypes, ContentRoot = contentRoot });
        return read.IsDefault ? [] : read;
    }
}
