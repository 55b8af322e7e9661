using System.Reflection;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Leading;
using k8s;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>
/// The worker's manifests on a real API server: its own namespace, and one with the targets of the policies that come with it, both under names that no other test has.
/// Whoever acts is the manifests' own service account.
/// </summary>
internal sealed class Deployed
{
    private readonly ControlPlane _plane;
    private readonly Dictionary<string, string> _proofs = new(StringComparer.Ordinal);

    private Deployed(ControlPlane plane, string name, TestNamespace team) => (_plane, Name, Team) = (plane, name, team);

    /// <summary>The worker's namespace.</summary>
    public string Name { get; }

    /// <summary>The namespace of the targets.</summary>
    public TestNamespace Team { get; }

    /// <summary>The service account, as the API server calls it.</summary>
    public string User => $"system:serviceaccount:{Name}:autoscaling";

    /// <summary>The policies that come with the worker, for the namespace of this test.</summary>
    public string Policies => Manifests.Policies.Replace("team-a", Team.Name, StringComparison.Ordinal);

    /// <summary>A kubeconfig of the service account.</summary>
    public string KubeConfig { get; private set; } = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Deploys the variant for single namespaces.</summary>
    /// <param name="plane">Where.</param>
    /// <param name="metrics">What the targets' pods use.</param>
    /// <param name="without">Rights that the roles lack.</param>
    public static async Task<Deployed> CreateAsync(ControlPlane plane, MetricsFixture metrics, params Right[] without)
    {
        var name = TestNamespace.NewName("deployed");
        var deployed = new Deployed(plane, name, await TestNamespace.CreateAsync(plane, name + "-team", rules: null));
        foreach (var manifest in Manifests.Read("overlays/cluster-wide/namespace.yaml").Concat(Manifests.Read("base/worker.yaml")).Where(m => m is not V1Deployment))
            await deployed.ApplyAsync(manifest, name, without);
        foreach (var manifest in Manifests.Read("rights/namespaced.yaml")) await deployed.ApplyAsync(manifest, deployed.Team.Name, without);
        await Targets.CreateAsync(deployed.Team, await metrics.AdapterAsync(plane));

        // Whoever makes the Lease has to wait before it may lead.
        if (!without.Any(r => r is { Resource: "leases", Verb: "create" })) await LeaderRules.CreateLeaseAsync(plane.Admin, name);
        deployed.KubeConfig = await TokenAsync(plane, name);
        await deployed.UntilAllowedAsync();
        return deployed;
    }

    /// <summary>A kubeconfig of a worker's service account, with a token such as a pod gets.</summary>
    public static async Task<string> TokenAsync(ControlPlane plane, string space)
    {
        var answer = await plane.Admin.PostAsync(
            $"/api/v1/namespaces/{space}/serviceaccounts/autoscaling/token",
            """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}""",
            Cancellation);
        var path = Path.Combine(plane.Folder, $"{space}.kubeconfig");
        var user = new KubeConfigUser("autoscaling", Namespace: space) { Token = (string)answer["status"]!["token"]! };
        await File.WriteAllTextAsync(path, Cluster.KubeConfig.Text(plane.Server, plane.Certificates.AuthorityPem, user), Cancellation);
        return path;
    }

    /// <summary>The rules that are in force now, which the API server learns of a moment after they were made.</summary>
    private async Task UntilAllowedAsync()
    {
        foreach (var space in new[] { Name, Team.Name })
        {
            var review = $$$"""
                {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {"user": "{{{User}}}", "resourceAttributes": {{{_proofs[space]}}} } }
                """;
            while ((bool?)(await _plane.Admin.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", review, Cancellation))["status"]!["allowed"] != true)
                await Task.Delay(20, Cancellation);
        }
    }

    /// <summary>Makes what a manifest says, in a namespace of this test.</summary>
    private async Task ApplyAsync(IKubernetesObject<V1ObjectMeta> manifest, string space, Right[] without)
    {
        if (manifest is V1Namespace) manifest.Metadata.Name = space;
        else manifest.Metadata.NamespaceProperty = space;
        if (manifest is V1RoleBinding binding)
        {
            foreach (var subject in binding.Subjects) subject.NamespaceProperty = subject.NamespaceProperty == Manifests.Namespace ? Name : subject.NamespaceProperty;
        }

        if (manifest is V1Role role)
        {
            var left = Right.Of(role.Rules).Except(without).ToList();
            role.Rules = [.. left.Select(p => p.ToRule())];
            var proof = left[^1];
            _proofs[space] = KubernetesJson.Serialize(new V1ResourceAttributes
            {
                NamespaceProperty = space,
                Group = proof.Group,
                Resource = proof.Resource.Split('/')[0],
                Subresource = proof.Resource.Split('/').ElementAtOrDefault(1),
                Name = proof.Name,
                Verb = proof.Verb,
            });
        }

        var kind = manifest.GetType().GetCustomAttribute<KubernetesEntityAttribute>()!;
        var root = kind.Group.Length == 0 ? $"/api/{kind.ApiVersion}" : $"/apis/{kind.Group}/{kind.ApiVersion}";
        var path = manifest is V1Namespace ? $"{root}/{kind.PluralName}" : $"{root}/namespaces/{space}/{kind.PluralName}";
        await _plane.Admin.PostAsync(path, KubernetesJson.Serialize((object)manifest), Cancellation);
    }
}
