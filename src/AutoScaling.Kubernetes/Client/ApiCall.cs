namespace AutoScaling.Kubernetes.Client;

/// <summary>One request to the API server, by the words of its access control.</summary>
/// <param name="Verb">What is done: get, list, watch, create or update.</param>
/// <param name="Resource">To what kind of thing.</param>
/// <param name="Namespace">Where; <see langword="null"/> for all namespaces.</param>
/// <param name="Name">To which one; <see langword="null"/> for all, or for a new one.</param>
/// <param name="Subresource">To which part of it; <see langword="null"/> for all of it.</param>
internal sealed record ApiCall(string Verb, ApiResource Resource, string? Namespace, string? Name = null, string? Subresource = null)
{
    /// <summary>Whether it asks which kinds the group and version have; without a version, which versions the group has.</summary>
    public bool IsDiscovery { get; init; }

    /// <summary>What else is asked, after the question mark.</summary>
    public string? Query { get; init; }

    /// <summary>How long it may take, if that is less than for other requests.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For how long it is tried again, if that is not as long as for other requests.</summary>
    public TimeSpan? RetryTime { get; init; }

    /// <summary>Whether the answer goes on for as long as something changes.</summary>
    public bool IsWatch => Verb is "watch";

    public HttpMethod Method => Verb switch
    {
        "create" => HttpMethod.Post,
        "update" => HttpMethod.Put,
        "patch" => HttpMethod.Patch,
        _ => HttpMethod.Get,
    };

    /// <summary>What is sent. A patch says what is to be different: null removes, and what it does not name stays.</summary>
    public string MediaType => Method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";

    /// <summary>The address below that of the API server.</summary>
    public string Path
    {
        get
        {
            if (IsDiscovery) return Resource.Version.Length == 0 ? $"apis/{Resource.Group}" : Resource.Root;
            var space = Namespace is null ? "" : $"namespaces/{Namespace}/";
            var path = $"{Resource.Root}/{space}{Resource.Plural}";
            if (Name is not null) path = $"{path}/{Name}";
            if (Subresource is not null) path = $"{path}/{Subresource}";
            return Query is null ? path : $"{path}?{Query}";
        }
    }

    /// <summary>As access rules name it: <c>deployments/scale</c>.</summary>
    public string RuleResource => Subresource is null ? Resource.Plural : $"{Resource.Plural}/{Subresource}";

    /// <summary>What is asked for, as in a sentence: <c>get deployments/scale 'web' in namespace 'team-a'</c>.</summary>
    public override string ToString()
    {
        if (IsDiscovery && Resource.Version.Length == 0) return $"get the versions of {Resource.Group}";
        if (IsDiscovery) return $"get the kinds of {Resource.ApiVersion}";
        var space = Namespace is null ? "all namespaces" : $"namespace '{Namespace}'";
        return $"{Verb} {RuleResource}{(Name is null ? "" : $" '{Name}'")} in {space}";
    }

    /// <summary>The rule that lets a user make this request: <c>apiGroups [apps], resources [deployments/scale], verbs [get]</c>.</summary>
    public string Rule => IsDiscovery
        ? $"nonResourceURLs [/{Path}], verbs [get]"
        : $"apiGroups [{(Resource.Group.Length == 0 ? "\"\"" : Resource.Group)}], resources [{RuleResource}], verbs [{Verb}]";
}
