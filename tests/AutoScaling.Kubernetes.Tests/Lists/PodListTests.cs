using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Lists;

public sealed class PodListTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Find_Selector_GivesTheNamespacesMatchingPodsInOrder()
    {
        var pods = Table([Pod("web-b"), Pod("web-a"), Pod("db-a", app: "db"), Pod("web-c", space: "other")], "1");

        Assert.Equal(["web-a", "web-b"], pods.Find("here", LabelSelector.Parse("app=web,tier=front")!).Select(p => p.Replica.Name));
        Assert.Equal(["db-a"], pods.Find("here", LabelSelector.Parse("app notin (web)")!).Select(p => p.Replica.Name));
        Assert.Equal(["db-a", "web-a", "web-b"], pods.Find("here", LabelSelector.Parse("app in (web,db)")!).Select(p => p.Replica.Name));
        Assert.Empty(pods.Find("here", LabelSelector.Parse("app=none")!));
        Assert.Empty(pods.Find("empty", LabelSelector.Parse("!none")!));
    }

    [Fact]
    public void Of_PodsInEveryState_AreToldApart()
    {
        PodItem[] items =
        [
            Pod("1-ready", "Running", "True", 60),
            Pod("2-pending", "Pending", "False", 0),
            Pod("3-unscheduled", "Pending"),
            Pod("4-never-ready", "Running", "False", 29),
            Pod("5-was-ready", "Running", "False", 30),
            Pod("6-unknown", "Running", "Unknown", 90),
            Pod("7-silent", "Running"),
            Pod("8-going", "Running", "True", 5, going: true),
            Pod("9-failed", "Failed", "False", 90),
            Pod("9-done", "Succeeded", "False", 90),
        ];
        var pods = Table(items, "1").Find("here", LabelSelector.Parse("app=web")!);
        var workload = new Workload { Namespace = "here", Name = "web", Uid = "u", ResourceVersion = "1", Desired = 9, Existing = 8, Selector = null };

        var status = ReplicaCounts.Of(workload, pods);

        Assert.Equal((9, 8, 1, 4, 2, 1), (status.Desired, status.Existing, status.Ready, status.Starting, status.Unready, status.Terminating));
        Assert.Equal(10, status.Members.Length);
        Assert.Equal(
            new Replica { Name = "5-was-ready", Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.NotReady, StartedAt = Start, ReadinessChangedAt = Start.AddSeconds(30) },
            Assert.Single(status.Members, m => m.Name == "5-was-ready"));
        Assert.Equal(
            new Replica { Name = "3-unscheduled", Phase = ReplicaPhase.Pending, Readiness = ReplicaReadiness.NotReported },
            Assert.Single(status.Members, m => m.Name == "3-unscheduled"));
        Assert.True(Assert.Single(status.Members, m => m.Name == "8-going").IsTerminating);
        Assert.Equal(ReplicaReadiness.Unknown, Assert.Single(status.Members, m => m.Name == "6-unknown").Readiness);
    }

    [Fact]
    public void Find_ListOfADatabaseThatWasRestored_HoldsNothingOfTheOneBefore()
    {
        var (before, after) = (Pod("web-a"), Pod("web-a", "Running", "True", 60));
        (before.Metadata!.ResourceVersion, after.Metadata!.ResourceVersion) = ("7", "7");

        var second = Table([after], "9", Table([before], "10"));

        Assert.Equal(ReplicaReadiness.Ready, Assert.Single(second.Find("here", LabelSelector.Parse("app=web")!)).Replica.Readiness);
    }

    [Fact]
    public void Find_NextList_HoldsTheSamePodsUnlessTheyChanged()
    {
        PodItem[] items = [Pod("web-a"), Pod("web-b"), Pod("web-c", space: "other")];
        foreach (var item in items) item.Metadata!.ResourceVersion = "7";
        var first = Table(items, "8");
        items[1] = Pod("web-b", ready: "True");
        items[1].Metadata!.ResourceVersion = "9";
        items[2] = Pod("web-c");
        items[2].Metadata!.ResourceVersion = "7";

        var second = Table(items, "10", first);

        var (before, after) = (Find(first), Find(second));
        Assert.Equal(["web-a", "web-b", "web-c"], after.Select(p => p.Replica.Name));
        Assert.Same(before[0], after[0]);
        Assert.Equal([ReplicaReadiness.NotReported, ReplicaReadiness.Ready], [before[1].Replica.Readiness, after[1].Replica.Readiness]);
        Assert.Equal("here", after[2].Namespace);

        static List<Pod> Find(PodList pods) => pods.Find("here", LabelSelector.Parse("app=web")!);
    }

    [Theory]
    [InlineData("web", "ReplicaSet/web-7d4b", "7d4b", true)]
    [InlineData("web", "ReplicaSet/web-canary-7d4b", "7d4b", false)]
    [InlineData("web", "ReplicaSet/adopted", "7d4b", true)]
    [InlineData("web", "ReplicaSet/web-7d4b", null, true)]
    [InlineData("web", "Job/migration", null, false)]
    [InlineData("web", "StatefulSet/web", null, false)]
    [InlineData("web", null, null, true)]
    [InlineData("here/statefulsets/db", "StatefulSet/db", null, true)]
    [InlineData("here/statefulsets/db", "StatefulSet/db-old", null, false)]
    [InlineData("here/statefulsets/db", "ReplicaSet/db-7d4b", "7d4b", false)]
    [InlineData("here/replicasets/web", "ReplicaSet/web", null, true)]
    [InlineData("here/example.com/v1/workers/w", "WorkerSet/w-1", null, true)]
    [InlineData("here/example.com/v1/workers/w", "Job/w-1", null, false)]
    public void Of_PodWithTheLabels_CountsUnlessAnotherControllerMadeIt(string target, string? owner, string? hash, bool counts)
    {
        var item = Pod("pod");
        if (hash is not null) item.Metadata!.Labels!["pod-template-hash"] = hash;
        if (owner?.Split('/') is [var kind, var name])
            item.Metadata!.OwnerReferences = [new() { Kind = "Node", Name = "no-controller" }, new() { Kind = kind, Name = name, Controller = true }];

        var found = Table([item], "1").Of(KubernetesTarget.Parse(target, "here"), LabelSelector.Parse("app=web")!);

        Assert.Equal(counts ? 1 : 0, found.Count);
    }

    [Fact]
    public void ReplicasWriter_SeveralManagersHaveWritten_IsTheLastWhoWroteTheCount()
    {
        const string List = """
            [{"metadata": {"name": "web", "managedFields": [
              {"manager": "kubectl", "time": "2026-01-01T12:00:00Z", "fieldsV1": {"f:metadata": {"f:replicas": {}}, "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {}}}}},
              {"manager": "argocd-controller", "time": "2026-01-01T13:00:00Z", "fieldsV1": {"f:spec": {"f:a": {"f:b": [1]}, "f:replicas": {}}, "f:z": {}}},
              {"manager": "old", "time": "2026-01-01T11:00:00Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
              {"manager": "kube-controller-manager", "time": "2026-01-01T14:00:00Z", "fieldsV1": {"f:status": {"f:replicas": {}}}}, null]}},
             {"metadata": {"name": "none", "managedFields": null}, "spec": {"replicas": 2}},
             {"metadata": {"managedFields": [{"manager": 5, "fieldsV1": []}, {"fieldsV1": {"f:spec": {"f:replicas": {}}}}], "name": "odd"}}]
            """;

        var items = JsonNode.Parse(List)!.AsArray().Select(item => item.Deserialize(ListsJson.Default.WorkloadItem)!);

        Assert.Equal([("web", "argocd-controller"), ("none", null), ("odd", null)], items.Select(i => (i.Metadata!.Name!, i.Metadata.ReplicasWriter)));
    }

    private static PodList Table(IEnumerable<PodItem> items, string version, PodList? last = null)
    {
        var table = new PodList();
        table.Fill(new([.. items.Select(AutoScaling.Kubernetes.Lists.Pod.Of)], version), last);
        return table;
    }

    private static PodItem Pod(string name, string phase = "Running", string? ready = null, int readyAfter = 0, bool going = false, string app = "web", string space = "here") => new()
    {
        Metadata = new() { Name = name, Namespace = space, Labels = new() { ["app"] = app, ["tier"] = "front" }, DeletionTimestamp = going ? Start : null },
        Status = new()
        {
            Phase = phase,
            StartTime = ready is null ? null : Start,
            Conditions = ready is null ? null : [new() { Type = "PodScheduled", Status = "True" }, new() { Type = "Ready", Status = ready, LastTransitionTime = Start.AddSeconds(readyAfter) }],
        },
    };
}
