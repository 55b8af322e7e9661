using AutoScaling.Kubernetes.Tests.Cluster;
using k8s;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>What kustomize and Helm make for the ways to deploy the worker: read strictly, taken by a real API server, and the same.</summary>
public sealed class OverlayTests(ClusterFixture cluster)
{
    private const string Team = "team-a";

    private static readonly string[] Overlays = ["overlays/cluster-wide", "overlays/one-namespace", ""];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Folders => [.. Overlays];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Kustomize_EachOverlay_IsTakenByTheApiServer(string overlay) =>
        await AssertTakenAsync(await KubeTools.KustomizeAsync(overlay), overlay);

    [Fact]
    public async Task Kustomize_TheFolderItself_HasTheDefinitionAndReadsIt()
    {
        var made = Manifests.Parse(await KubeTools.KustomizeAsync(""));
        Assert.Equal("scalingpolicies", made.OfType<V1CustomResourceDefinition>().Single().Spec.Names.Plural);
        Assert.Equal("all", made.OfType<V1ConfigMap>().Single(m => m.Name() == "autoscaling-settings").Data["SCALING_POLICIES"]);
    }

    [Fact]
    public async Task Kustomize_OneNamespace_MakesNothingElsewhere()
    {
        var made = Manifests.Parse(await KubeTools.KustomizeAsync(Overlays[1]));

        Assert.All(made, m => Assert.Equal(Team, m.Metadata.NamespaceProperty));
        Assert.All(made.OfType<V1RoleBinding>().SelectMany(b => b.Subjects), s => Assert.Equal(Team, s.NamespaceProperty));
        Assert.Equal(2, made.OfType<V1RoleBinding>().Count());
        Assert.Null(made.OfType<V1Deployment>().Single().Spec.Template.Spec.PriorityClassName);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Kustomize_EachOverlay_KeepsItsPromises(string overlay) => AssertSafe(Manifests.Parse(await KubeTools.KustomizeAsync(overlay)));

    [Fact]
    public async Task Helm_Chart_HasNoFaults()
    {
        var (code, output, errors) = await KubeTools.LintAsync();
        Assert.True(code == 0, output + errors);
    }

    [Fact]
    public async Task Helm_ByDefault_MakesWhatKustomizeMakesForTheCluster() => AssertSame(
        Manifests.Parse(await KubeTools.KustomizeAsync(Overlays[0])).Where(m => m is not V1Namespace),
        await KubeTools.TemplateAsync(Manifests.Namespace));

    [Fact]
    public async Task Helm_OneNamespace_MakesWhatKustomizeMakesForIt() => AssertSame(
        Manifests.Parse(await KubeTools.KustomizeAsync(Overlays[1])),
        await KubeTools.TemplateAsync(Team, "--set", "clusterWide=false,priorityClass.create=false,priorityClass.name="));

    [Fact]
    public async Task Helm_EverySwitch_IsTakenByTheApiServer()
    {
        var text = await KubeTools.TemplateAsync(
            Team, "--set", "clusterWide=false,namespaces={team-a,team-b},replicas=3,image.tag=1.2.3,settings.AutoScaling__Interval=15s",
            "--set-json", """extraRules=[{"apiGroups":["argoproj.io"],"resources":["rollouts/scale"],"verbs":["get","update"]}]""",
            "--set-json", """networkPolicy.extraEgress=[{"ports":[{"port":9090,"protocol":"TCP"}]}]""",
            "--set-json", """policies=[{"service":"web","min":2,"max":9,"interval":"15s","rules":[{"type":"targetTracking","metric":"cpu","target":70}]}]""");
        var made = Manifests.Parse(text);

        var policy = Assert.Single(PolicyDocument.ParseYaml(made.OfType<V1ConfigMap>().Single(m => m.Data.ContainsKey("policies.yaml")).Data["policies.yaml"]));
        Assert.Equal(("web", new ReplicaRange(2, 9), TimeSpan.FromSeconds(15)), (policy.Target.Name, policy.Range, policy.Interval));
        Assert.Equal("15s", made.OfType<V1ConfigMap>().Single(m => m.Name() == "autoscaling-settings").Data["AutoScaling__Interval"]);
        var roles = made.OfType<V1Role>().Where(r => r.Name() == "autoscaling").ToList();
        Assert.Equal(["team-a", "team-b"], roles.Select(r => r.Namespace()));
        Assert.All(roles, r => Assert.Contains(new Right("argoproj.io", "rollouts/scale", null, "update"), Right.Of(r.Rules)));
        var spec = made.OfType<V1Deployment>().Single().Spec;
        Assert.Equal((3, "autoscaling-worker:1.2.3"), (spec.Replicas, spec.Template.Spec.Containers[0].Image));
        Assert.Equal(2, made.OfType<V1NetworkPolicy>().Single().Spec.Egress.Count);
        AssertSafe(made);
        await AssertTakenAsync(text, "chart");
    }

    [Fact]
    public async Task Helm_ScalingPolicies_HaveTheRightsOfTheManifests()
    {
        var made = Manifests.Parse(await KubeTools.TemplateAsync(Team, "--set", "scalingPolicies.enabled=true"));
        Assert.Equal("all", made.OfType<V1ConfigMap>().Single(m => m.Name() == "autoscaling-settings").Data["SCALING_POLICIES"]);
        var rights = Right.Of(made.OfType<V1ClusterRole>().Single().Rules);
        var theirs = Right.Of(Manifests.Find<V1ClusterRole>("scalingpolicies-cluster.yaml").Rules);
        Assert.Equal(theirs, rights.Skip(rights.Count - theirs.Count));
        Assert.Equal(theirs, Right.Of(Manifests.PolicyRole.Rules));

        var few = Manifests.Parse(await KubeTools.TemplateAsync(Team, "--set", "scalingPolicies.enabled=true,clusterWide=false,namespaces={team-b,team-c}"));
        Assert.Equal("team-b,team-c", few.OfType<V1ConfigMap>().Single(m => m.Name() == "autoscaling-settings").Data["SCALING_POLICIES"]);
    }

    [Theory]
    [InlineData("replica=3", "replica")]
    [InlineData("image.tag=latest", "tag")]
    [InlineData("replicas=-1", "replicas")]
    public async Task Helm_ValuesThatAreNone_AreRefusedByName(string value, string named) =>
        Assert.Contains(named, await KubeTools.RefusedAsync("--set", value), StringComparison.Ordinal);

    /// <summary>What holds for the worker however it is deployed; the first four are the restricted pod security standard.</summary>
    private static void AssertSafe(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> made)
    {
        var pod = made.OfType<V1Deployment>().Single().Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        Assert.Equal((true, "RuntimeDefault"), (pod.SecurityContext.RunAsNonRoot, pod.SecurityContext.SeccompProfile.Type));
        Assert.Equal((true, false), (container.SecurityContext.ReadOnlyRootFilesystem, container.SecurityContext.AllowPrivilegeEscalation));
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.All(pod.Volumes, v => Assert.NotNull(v.ConfigMap));
        Assert.Equal(["cpu", "memory"], container.Resources.Requests.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["memory"], container.Resources.Limits.Keys);
        Assert.DoesNotContain(":latest", container.Image, StringComparison.Ordinal);
        Assert.Contains(':', container.Image);

        var port = $"{container.Ports.Single().ContainerPort}";
        Assert.Equal(port, container.Env.Single(e => e.Name == "ASPNETCORE_HTTP_PORTS").Value);
        Assert.All(
            [container.LivenessProbe, container.ReadinessProbe, container.StartupProbe],
            p => Assert.Equal(container.Ports[0].Name, p.HttpGet.Port.Value));
        var labels = made.OfType<V1Deployment>().Single().Spec.Template.Metadata.Labels;
        Assert.All(
            [
                made.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels,
                made.OfType<V1NetworkPolicy>().Single().Spec.PodSelector.MatchLabels,
                made.OfType<V1Deployment>().Single().Spec.Selector.MatchLabels,
            ],
            selector => Assert.All(selector, s => Assert.Equal(s.Value, labels[s.Key])));
    }

    /// <summary>The same but for labels, annotations, and the examples among the policies.</summary>
    private static void AssertSame(IEnumerable<IKubernetesObject<V1ObjectMeta>> expected, string text)
    {
        var (one, other) = (Plain(expected), Plain(Manifests.Parse(text)));
        Assert.Equal(one.Keys.Order(StringComparer.Ordinal), other.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, json) in one) Assert.Equal(json, other[name]);

        static Dictionary<string, string> Plain(IEnumerable<IKubernetesObject<V1ObjectMeta>> objects)
        {
            // Without settings there is no such map at all among the manifests.
            var all = objects.Where(m => m is not V1ConfigMap { Data: null }).ToList();
            foreach (var each in all)
            {
                each.Metadata = new() { Name = each.Metadata.Name, NamespaceProperty = each.Metadata.NamespaceProperty };
                if (each is V1ConfigMap map) map.Data.Remove("policies.yaml");
                if (each is not V1Deployment { Spec: var spec }) continue;
                spec.Template.Metadata = null;
                spec.Template.Spec.Containers[0].ImagePullPolicy = null;
            }

            return all.ToDictionary(m => $"{m.Kind} {m.Metadata.NamespaceProperty}/{m.Metadata.Name}", m => KubernetesJson.Serialize((object)m), StringComparer.Ordinal);
        }
    }

    /// <summary>A dry run on the real API server, of all but kinds that it is too old for.</summary>
    private async Task AssertTakenAsync(string text, string name)
    {
        var plane = await cluster.PlaneAsync();
        var file = Path.Combine(plane.Folder, $"dry-run-{name.Replace('/', '-')}.yaml");
        string[] known = [.. text.Split("\n---\n").Where(d => !d.Contains("apiVersion: policy/v1\n", StringComparison.Ordinal))];
        Assert.Equal(text.Split("\n---\n").Length - 1, known.Length);
        await File.WriteAllTextAsync(file, string.Join("\n---\n", known), Cancellation);

        // A dry run makes no namespaces, and what is in them needs them.
        foreach (var space in new[] { Manifests.Namespace, "team-a", "team-b" })
        {
            var made = Path.Combine(plane.Folder, $"namespace-{space}.yaml");
            await File.WriteAllTextAsync(made, $$$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{{space}}}"}}""", Cancellation);
            await Kubectl.RunAsync(plane, "apply", "-f", made);
        }

        await Kubectl.RunAsync(plane, "apply", "--dry-run=server", "-f", file);
    }
}
