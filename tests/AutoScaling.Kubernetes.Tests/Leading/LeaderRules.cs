using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Leading;

/// <summary>The rules that several copies need beside those for scaling, as the documentation has them.</summary>
internal static class LeaderRules
{
    public const string Leases = """
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "resourceNames": ["autoscaling"], "verbs": ["get", "update"]}
        """;

    public const string ConfigMaps = """
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"]},
        {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["autoscaling-state", "autoscaling-state-scaled", "autoscaling-state-0", "autoscaling-state-1", "autoscaling-state-2", "autoscaling-state-3"],
         "verbs": ["get", "update"]}
        """;

    public const string All = Leases + "," + ConfigMaps;

    /// <summary>Of a Lease that nobody has to wait for until he may lead: it says that nobody leads.</summary>
    public const string Free = "{}";

    /// <summary>Makes the Lease by hand.</summary>
    public static Task CreateLeaseAsync(AdminClient admin, string space, string spec = Free) => admin.PostAsync(
        $"/apis/coordination.k8s.io/v1/namespaces/{space}/leases", $$$"""{"metadata": {"name": "autoscaling"}, "spec": {{{spec}}}}""", TestContext.Current.CancellationToken);
}
