namespace AutoScaling.Kubernetes;

/// <summary>A target's name, taken apart: what is scaled, and where it is.</summary>
internal sealed record KubernetesTarget(string Namespace, ApiResource Resource, string Name)
{
    private const string Forms = "NAME, NAMESPACE/NAME, NAMESPACE/KIND/NAME (KIND: deployments, statefulsets, replicasets or replicationcontrollers) or NAMESPACE/GROUP/VERSION/PLURAL/NAME";

    /// <summary>Takes a target's name apart.</summary>
    /// <param name="target">The target.</param>
    /// <param name="defaultNamespace">Where targets are that name no namespace.</param>
    /// <exception cref="ScalingException">The name has none of the forms (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static KubernetesTarget Parse(ScalingTarget target, string defaultNamespace)
    {
        var parts = target.Name.Split('/');
        var found = parts switch
        {
            [var name] => new(defaultNamespace, ApiResource.Deployments, name),
            [var space, var name] => new(space, ApiResource.Deployments, name),
            [var space, var plural, var name] when ApiResource.BuiltIn(plural) is { } resource => new(space, resource, name),
            [var space, var group, var version, var plural, var name] => new KubernetesTarget(space, new(group is "core" ? "" : group, version, plural), name),
            _ => throw Invalid($"Target must be {Forms}, but is '{target}'."),
        };

        // What is written in full may be one of the built-in kinds, which are listed.
        if (ApiResource.BuiltIn(found.Resource.Plural) is { } known && found.Resource.IsSameAs(known)) found = found with { Resource = known };
        if (!KubernetesName.IsLabel(found.Namespace)) throw BadPart(target, "a namespace", found.Namespace);
        if (found.Resource.Group.Length > 0 && !KubernetesName.IsSubdomain(found.Resource.Group)) throw BadPart(target, "a group", found.Resource.Group);
        if (!KubernetesName.IsLabel(found.Resource.Version)) throw BadPart(target, "a version", found.Resource.Version);
        if (!KubernetesName.IsLabel(found.Resource.Plural)) throw BadPart(target, "a kind's plural", found.Resource.Plural);
        return KubernetesName.IsSubdomain(found.Name) ? found : throw BadPart(target, "a name", found.Name);
    }

    /// <summary>The target as in a sentence, whatever the version by which it is asked for.</summary>
    public string Identity => Resource.Kind is null ? $"{Resource.Plural}.{Resource.Group} '{Name}' in namespace '{Namespace}'" : ToString();

    /// <summary>The target as in a sentence: <c>deployment 'web' in namespace 'team-a'</c>.</summary>
    public override string ToString() => $"{Resource.Noun} '{Name}' in namespace '{Namespace}'";

    private static ScalingException BadPart(ScalingTarget target, string part, string value) =>
        Invalid($"Target '{target}' must have {part} of lower-case letters, digits and '-', but has '{value}'.");

    private static ScalingException Invalid(string message) => new(ScalingErrorKind.InvalidConfiguration, message);
}
