using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Targets;

/// <summary>A target's name, taken apart: what is scaled, and where it is.</summary>
internal sealed record KubernetesTarget(string Namespace, ApiResource Resource, string Name)
{
    private const string Forms =
        "NAME, NAMESPACE/NAME, NAMESPACE/KIND/NAME (KIND: deployments, statefulsets, replicasets or replicationcontrollers) " +
        "or NAMESPACE/GROUP/VERSION/PLURAL/NAME";

    private const string LabelRule = "lower-case letters, digits and '-'";
    private const string SubdomainRule = "lower-case letters, digits, '-' and '.'";

    /// <summary>Takes a target's name apart.</summary>
    /// <param name="target">The target.</param>
    /// <param name="defaultNamespace">Where targets are that name no namespace.</param>
    /// <exception cref="ScalingException">The name has none of the forms (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static KubernetesTarget Parse(ScalingTarget target, string defaultNamespace)
    {
        var parts = target.Name.Split('/');
        var found = parts switch
        {
            [var name] => new(defaultNamespace, ScalableKinds.Deployments, name),
            [var space, var name] => new(space, ScalableKinds.Deployments, name),
            [var space, var plural, var name] when ScalableKinds.Find(plural) is { } resource => new(space, resource, name),
            [var space, var group, var version, var plural, var name] =>
                new KubernetesTarget(space, new(group is "core" ? "" : group, version, plural), name),
            _ => throw Bounds.Broken("Target", Forms, target.Name),
        };

        // A kind that is written in full may be one of the built-in kinds, which are listed.
        var kind = found.Resource;
        if (ScalableKinds.Find(kind.Plural) is { } known && kind.IsSameAs(known)) found = found with { Resource = known };
        Check("Namespace", found.Namespace, KubernetesName.IsLabel(found.Namespace), LabelRule);
        Check("Group", kind.Group, kind.Group.Length == 0 || KubernetesName.IsSubdomain(kind.Group), SubdomainRule);
        Check("Version", kind.Version, KubernetesName.IsLabel(kind.Version), LabelRule);
        Check("Plural", kind.Plural, KubernetesName.IsLabel(kind.Plural), LabelRule);
        Check("Name", found.Name, KubernetesName.IsSubdomain(found.Name), SubdomainRule);
        return found;

        void Check(string part, string value, bool good, string rule)
        {
            if (!good) throw Bounds.Broken($"{part} of target '{target}'", rule, value);
        }
    }

    /// <summary>The target's name in its shortest form with a namespace.</summary>
    public string FullName =>
        Resource.IsSameAs(ScalableKinds.Deployments) ? $"{Namespace}/{Name}"
        : Resource.Kind is not null ? $"{Namespace}/{Resource.Plural}/{Name}"
        : $"{Namespace}/{(Resource.Group.Length == 0 ? "core" : Resource.Group)}/{Resource.Version}/{Resource.Plural}/{Name}";

    /// <summary>The target as in a sentence, whatever the version by which it is asked for.</summary>
    public string Identity =>
        Resource.Kind is not null ? ToString() : $"{Resource.Plural}.{Resource.Group} '{Name}' in namespace '{Namespace}'";

    /// <summary>The target as in a sentence: <c>deployment 'web' in namespace 'team-a'</c>.</summary>
    public override string ToString() => $"{Resource.Noun} '{Name}' in namespace '{Namespace}'";
}
