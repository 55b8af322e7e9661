using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Documents;

/// <summary>Where policies come from, and whether they have changed since they were last read.</summary>
internal abstract class PolicySource
{
    /// <summary>The source in messages.</summary>
    public abstract string Name { get; }

    /// <summary>What is wrong with the policies, with the source named once: before the first sentence, unless that names it.</summary>
    public IEnumerable<string> Naming(IEnumerable<string> errors) =>
        errors.Select((error, i) => i > 0 || IsNamedIn(error) ? error : $"In {Name}: {error}");

    /// <summary>Reads the policies.</summary>
    /// <exception cref="ScalingException">They are invalid; every error is in it.</exception>
    public abstract ImmutableArray<ScalingPolicy> Read();

    /// <summary>Whether they may have changed since <see cref="Read"/>.</summary>
    public virtual bool HasChanged() => false;

    /// <summary>Whether a sentence names the source.</summary>
    protected virtual bool IsNamedIn(string error) => error.Contains(Name, StringComparison.Ordinal);
}

/// <summary>Policies that the host's code gives.</summary>
internal sealed class CodePolicies(Func<ImmutableArray<ScalingPolicy>> policies) : PolicySource
{
    public override string Name => "the code";

    public override ImmutableArray<ScalingPolicy> Read() => policies();
}

/// <summary>Policies in a section of the configuration.</summary>
internal sealed class ConfigurationPolicies(IConfiguration section, Func<PolicyDefaults> defaults, IEnumerable<RuleType> ruleTypes) : PolicySource
{
    private IChangeToken? _token;

    public override string Name => section is IConfigurationSection named ? $"the configuration section '{named.Path}'" : "the configuration";

    public override ImmutableArray<ScalingPolicy> Read()
    {
        _token = section.GetReloadToken();
        return PolicyDocument.FromConfiguration(section, defaults(), ruleTypes);
    }

    public override bool HasChanged() => _token?.HasChanged ?? true;
}

/// <summary>
/// Policies in a JSON or YAML file. The file's time and size are looked at, rather than watched for: that also sees a file that is replaced through links, as mounted
/// configuration is.
/// </summary>
internal sealed class FilePolicies(string path, Func<PolicyDefaults> defaults, IEnumerable<RuleType> ruleTypes) : PolicySource
{
    private (DateTime, long) _seen;

    public override string Name => $"'{path}'";

    public override ImmutableArray<ScalingPolicy> Read()
    {
        _seen = Stamp();
        return PolicyDocument.Load(path, defaults(), ruleTypes);
    }

    public override bool HasChanged() => Stamp() != _seen;

    // A file that is not there, or whose text is broken, is named where that is said.
    protected override bool IsNamedIn(string error) => error.Contains(path, StringComparison.Ordinal);

    private (DateTime, long) Stamp()
    {
        try
        {
            // Through links: what they point to is what changes.
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? (target.LastWriteTimeUtc, target.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone, or on its way: reading it says so.
            return default;
        }
    }
}

/// <summary>A policy that the host's code gives, once the defaults are known.</summary>
internal sealed record PolicyRegistration(Func<PolicyDefaults, ScalingPolicy> Create);
