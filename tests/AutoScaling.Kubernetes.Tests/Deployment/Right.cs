using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The least that a rule can allow: one verb on one resource, and if the rule says so, of one name.</summary>
public sealed record Right(string Group, string Resource, string? Name, string Verb)
{
    /// <summary>What a role allows, taken apart.</summary>
    public static IReadOnlyList<Right> Of(IEnumerable<V1PolicyRule> rules) =>
    [
        .. from rule in rules
           from @group in rule.ApiGroups
           from resource in rule.Resources
           from name in rule.ResourceNames is { Count: > 0 } names ? names.Cast<string?>() : [null]
           from verb in rule.Verbs
           select new Right(@group, resource, name, verb),
    ];

    public V1PolicyRule ToRule() => new() { ApiGroups = [Group], Resources = [Resource], ResourceNames = Name is null ? null : [Name], Verbs = [Verb] };

    /// <summary>Whether a sentence says that this is missing, in a namespace, and how to add it.</summary>
    public bool IsAskedForBy(string sentence, string user, string space) =>
        sentence.Contains($"the user '{user}' may not {Verb} {Resource} {(Name is null ? "" : $"'{Name}' ")}", StringComparison.Ordinal)
        && sentence.Contains($"in namespace '{space}'; add to its Role: apiGroups [{(Group.Length == 0 ? "\"\"" : Group)}], resources [{Resource}], verbs [{Verb}]", StringComparison.Ordinal);

    public override string ToString() => $"{Verb} {(Group.Length == 0 ? "" : Group + "/")}{Resource}{(Name is null ? "" : $" '{Name}'")}";
}
