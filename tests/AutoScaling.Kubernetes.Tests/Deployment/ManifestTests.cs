using AutoScaling.Tests.Readme;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The manifests agree with each other, with the worker and with the package's defaults.</summary>
public sealed class ManifestTests
{
    private static readonly string[] RoleFiles = ["base/worker.yaml", "rights/namespaced.yaml", "overlays/cluster-wide/cluster.yaml"];

    private static V1Container Container => Assert.Single(Manifests.Find<V1Deployment>("base/worker.yaml").Spec.Template.Spec.Containers);

    private static V1PodSpec Pod => Manifests.Find<V1Deployment>("base/worker.yaml").Spec.Template.Spec;

    [Fact]
    public void ClusterRole_AllowsWhatTheRoleAllows_InAllNamespaces()
    {
        Assert.Equal(Right.Of(Manifests.Find<V1Role>("rights/namespaced.yaml").Rules), Right.Of(Manifests.Find<V1ClusterRole>("overlays/cluster-wide/cluster.yaml").Rules));
        Assert.Equal("true", Manifests.Find<V1ConfigMap>("overlays/cluster-wide/cluster.yaml").Data["Kubernetes__AllNamespaces"]);
    }

    [Fact]
    public void Rules_EachOne_SaysWhatItIsFor()
    {
        foreach (var lines in RoleFiles.Select(f => File.ReadAllLines(Manifests.PathOf(f))))
        {
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].StartsWith("  - apiGroups:", StringComparison.Ordinal)) Assert.StartsWith("  # ", lines[i - 1], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void LeaderRole_Names_AreTheDefaults()
    {
        var rules = Manifests.Find<V1Role>("base/worker.yaml").Rules;
        Assert.Equal([new LeaderElectionOptions().LeaseName], rules.Single(r => r.ResourceNames is not null && r.Resources.Contains("leases")).ResourceNames);
        string[] parts = [.. Enumerable.Range(0, 4).Select(part => $"autoscaling-state-{part}")];
        Assert.Equal(["autoscaling-state", "autoscaling-state-scaled", .. parts], rules.Single(r => r.ResourceNames is not null && r.Resources.Contains("configmaps")).ResourceNames);
    }

    [Fact]
    public void Bindings_EachOne_IsForTheServiceAccountOfTheDeployment()
    {
        var account = Manifests.Find<V1ServiceAccount>("base/worker.yaml").Metadata;
        Assert.Equal(account.Name, Pod.ServiceAccountName);
        var bindings = RoleFiles.SelectMany(Manifests.Read).ToList();
        var subjects = bindings.OfType<V1RoleBinding>().SelectMany(b => b.Subjects).Concat(bindings.OfType<V1ClusterRoleBinding>().SelectMany(b => b.Subjects)).ToList();
        Assert.Equal(3, subjects.Count);
        Assert.All(subjects, s => Assert.Equal(("ServiceAccount", account.Name, account.NamespaceProperty), (s.Kind, s.Name, s.NamespaceProperty)));
    }

    [Fact]
    public void Deployment_Policies_AreMountedWhereTheWorkerLooks()
    {
        var policies = Manifests.Find<V1ConfigMap>("base/policies.yaml");
        var mount = Assert.Single(Container.VolumeMounts);
        Assert.Equal(policies.Metadata.Name, Pod.Volumes.Single(v => v.Name == mount.Name).ConfigMap.Name);
        Assert.Null(mount.SubPath);
        Assert.Contains($"\"{mount.MountPath}/{policies.Data.Keys.Single()}\"", File.ReadAllText(Document.PathOf("samples/AutoScaling.KubernetesWorker/Program.cs")), StringComparison.Ordinal);
        Assert.Equal(["team-a/web", "team-a/statefulsets/db"], PolicyDocument.ParseYaml(Manifests.Policies).Select(p => p.Target.Name));
    }

    [Fact]
    public void Deployment_Container_MayNothingThatItDoesNotNeed()
    {
        Assert.Equal(2, Manifests.Find<V1Deployment>("base/worker.yaml").Spec.Replicas);
        Assert.Equal((true, "RuntimeDefault"), (Pod.SecurityContext.RunAsNonRoot, Pod.SecurityContext.SeccompProfile.Type));
        Assert.Equal((true, false), (Container.SecurityContext.ReadOnlyRootFilesystem, Container.SecurityContext.AllowPrivilegeEscalation));
        Assert.Equal(["ALL"], Container.SecurityContext.Capabilities.Drop);
    }
}
