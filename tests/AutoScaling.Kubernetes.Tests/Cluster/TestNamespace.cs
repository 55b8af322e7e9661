using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>A namespace of one test, with a user who may do there what the test says, and with workloads and pods that no controller touches.</summary>
internal sealed class TestNamespace(ControlPlane plane, string name, CancellationToken cancellationToken)
{
    /// <summary>Longer than any test takes, so that a list is read again only when the test moves the time.</summary>
    public static readonly TimeSpan ListAge = TimeSpan.FromMinutes(10);

    private static int _names;

    /// <summary>The rules that scaling needs, as the documentation has them.</summary>
    public const string ScalingRules = """
        {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "replicasets"], "verbs": ["list", "watch"]},
        {"apiGroups": ["apps"], "resources": ["deployments/scale", "statefulsets/scale", "replicasets/scale"], "verbs": ["get", "update"]},
        {"apiGroups": [""], "resources": ["replicationcontrollers"], "verbs": ["list", "watch"]},
        {"apiGroups": [""], "resources": ["replicationcontrollers/scale"], "verbs": ["get", "update"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]},
        {"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": ["list", "watch"]},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create"]}
        """;

    /// <summary>The rules of before there were watches: lists are read again when they are too old, and stay as they are until then.</summary>
    public static readonly string ListingRules = ScalingRules.Replace(", \"watch\"", "", StringComparison.Ordinal);

    /// <summary>A name that no other test has.</summary>
    public static string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names)}";

    public string Name => name;

    public ControlPlane Plane => plane;

    public AdminClient Admin => plane.Admin;

    /// <summary>Who the scaler of the test is.</summary>
    public string User => $"scaler-{name}";

    /// <summary>The path of a deployment, or of all of them.</summary>
    public string Deployments(string? deployment = null) => Apps("deployments", deployment);

    public static async Task<TestNamespace> CreateAsync(ControlPlane plane, string name, string? rules = ScalingRules)
    {
        var space = new TestNamespace(plane, name, TestContext.Current.CancellationToken);
        await plane.Admin.PostAsync("/api/v1/namespaces", $$$"""{"metadata": {"name": "{{{name}}}"}}""", space.Cancellation);
        if (rules is not null) await space.GrantAsync(rules);
        return space;
    }

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Gives the test's user rights, and nobody else.</summary>
    public async Task GrantAsync(string rules)
    {
        var path = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{name}";
        await Admin.PostAsync(path + "/roles", $$"""{"metadata": {"name": "scaler"}, "rules": [{{rules}}]}""", cancellationToken);
        await Admin.PostAsync(path + "/rolebindings", $$"""
            {"metadata": {"name": "scaler"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "scaler"},
             "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "{{User}}"}]}
            """, cancellationToken);
        await UntilAllowedAsync(rules, User, name);
    }

    /// <summary>Waits until the API server's access control knows the rules: it learns of them a moment after they are written, of all rules of a role at once.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="user">Whose they are.</param>
    /// <param name="where">The namespace; empty for all of them.</param>
    public async Task UntilAllowedAsync(string rules, string user, string where)
    {
        if (JsonNode.Parse($"[{rules}]")!.AsArray().LastOrDefault() is not { } rule) return;
        var resource = ((string)rule["resources"]![0]!).Split('/');
        var asked = new JsonObject
        {
            ["namespace"] = where,
            ["group"] = (string?)rule["apiGroups"]![0],
            ["resource"] = resource[0],
            ["subresource"] = resource.ElementAtOrDefault(1),
            ["verb"] = (string?)rule["verbs"]![0],
            ["name"] = (string?)rule["resourceNames"]?[0],
        };
        var review = new JsonObject { ["spec"] = new JsonObject { ["user"] = user, ["resourceAttributes"] = asked } }.ToJsonString();
        while ((bool?)(await Admin.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", review, cancellationToken))["status"]!["allowed"] != true)
            await Task.Delay(20, cancellationToken);
    }

    /// <summary>The options of the test's user.</summary>
    public KubernetesOptions Options() => new() { KubeConfig = plane.KubeConfigFor(User, name), MaxListAge = ListAge };

    /// <summary>Waits for as many Events: a host that stops does not wait long for those that have not been written.</summary>
    public async Task UntilEventsAsync(int count)
    {
        var began = Stopwatch.GetTimestamp();
        while ((await Admin.GetAsync($"/api/v1/namespaces/{name}/events", cancellationToken))["items"]!.AsArray().Count < count)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"There are fewer than {count} Events.");
            await Task.Delay(20, cancellationToken);
        }
    }

    public Task<JsonNode> CreateDeploymentAsync(string deployment, int replicas, string? selector = null) =>
        Admin.PostAsync(Deployments(), Workload(deployment, replicas, selector), cancellationToken);

    public Task<JsonNode> CreateStatefulSetAsync(string set, int replicas) =>
        Admin.PostAsync(Apps("statefulsets"), Workload(set, replicas, null), cancellationToken);

    public async Task<int> ReplicasAsync(string deployment) => (int)(await Admin.GetAsync(Deployments(deployment), cancellationToken))["spec"]!["replicas"]!;

    /// <summary>Changes the count as somebody else would.</summary>
    public Task<JsonNode> SetReplicasAsync(string deployment, int replicas) =>
        Admin.PatchAsync(Deployments(deployment) + "/scale", $$$"""{"spec": {"replicas": {{{replicas}}}}}""", cancellationToken);

    /// <summary>Says how many replicas there are, as the controller would.</summary>
    public Task<JsonNode> SetStatusAsync(string deployment, int replicas) =>
        Admin.PatchAsync(Deployments(deployment) + "/status", $$$"""{"status": {"replicas": {{{replicas}}}}}""", cancellationToken);

    /// <summary>Makes a pod, with the status that a node would give it.</summary>
    public async Task CreatePodAsync(string pod, string labels, string status = """{"phase": "Pending"}""")
    {
        var pods = $"/api/v1/namespaces/{name}/pods";
        await Admin.PostAsync(pods, $$$"""
            {"metadata": {"name": "{{{pod}}}", "labels": {{{labels}}}, "finalizers": ["test/keep"]}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
            """, cancellationToken);
        await Admin.PatchAsync($"{pods}/{pod}/status", $$$"""{"status": {{{status}}}}""", cancellationToken);
    }

    private string Apps(string plural, string? item = null) => $"/apis/apps/v1/namespaces/{name}/{plural}" + (item is null ? "" : $"/{item}");

    private static string Selector(string app) => $$$"""{"matchLabels": {"app": "{{{app}}}"}}""";

    private static string Workload(string workload, int replicas, string? selector) => $$$"""
        {"metadata": {"name": "{{{workload}}}"},
         "spec": {"replicas": {{{replicas}}}, "selector": {{{selector ?? Selector(workload)}}},
                  "template": {"metadata": {"labels": {"app": "{{{workload}}}", "tier": "a"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}} }}
        """;
}
