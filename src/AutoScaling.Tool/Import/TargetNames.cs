namespace AutoScaling.Tool.Import;

/// <summary>What a scaleTargetRef is called as a target of AutoScaling.Kubernetes.</summary>
internal static class TargetNames
{
    private const string UsualApi = "apps/v1";
    private const string UsualKind = "Deployment";

    private static readonly string[] BuiltIn = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

    /// <summary>The name; <see langword="null"/> if the reference cannot be read.</summary>
    public static string? Of(ImportResource resource, Fields reference)
    {
        var name = reference.Required("name");
        var (kind, api) = (reference.Text("kind") ?? UsualKind, reference.Text("apiVersion") ?? UsualApi);
        if (name is null) return null;
        var isBuiltIn = BuiltIn.Contains(kind, StringComparer.Ordinal) && Group(api) is "apps" or "extensions" or "";
        if (isBuiltIn && kind is UsualKind) return resource.Namespace is { } space ? $"{space}/{name}" : name;
        var plural = Plural(kind);
        var way = isBuiltIn ? plural : $"{(Group(api) is { Length: > 0 } group ? group : "core")}/{api[(api.IndexOf('/') + 1)..]}/{plural}";
        if (!isBuiltIn)
        {
            reference.Differs(
                "kind", $"is taken to be called '{plural}' in the plural: if the API server calls it otherwise, change the service");
        }

        if (resource.Namespace is null)
        {
            reference.Differs(
                "kind", "needs a namespace in the target's name, and none is given: 'default' was taken; --namespace says another");
        }

        return $"{resource.Namespace ?? "default"}/{way}/{name}";
    }

    /// <summary>The group of <c>apps/v1</c>; empty for the core's.</summary>
    public static string Group(string apiVersion) => apiVersion.IndexOf('/') is > 0 and var slash ? apiVersion[..slash] : "";

    /// <summary>A kind as addresses write it. Source: how Kubernetes guesses it where it cannot ask.</summary>
    public static string Plural(string kind)
    {
        var word = kind.ToLowerInvariant();
        return word switch
        {
            "endpoints" => word,
            [.., 's'] => $"{word}es",
            [.. var stem, 'y'] => $"{stem}ies",
            _ => $"{word}s",
        };
    }
}
