using AutoScaling.Kubernetes.Tests.Cluster;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The roles of the manifests, on a real API server: they are enough, and nothing in them is too much.</summary>
public sealed class RoleTests(ClusterFixture cluster, MetricsFixture metrics)
{
    private static readonly string[] Files = ["base/worker.yaml", "rights/namespaced.yaml"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string, string, string?, string>> Rights =>
        from file in Files
        from right in Right.Of(Manifests.Find<V1Role>(file).Rules)
        select new TheoryDataRow<string, string, string?, string>(right.Group, right.Resource, right.Name, right.Verb);

    [Fact]
    public async Task Loop_WithTheRolesOfTheManifests_DoesEverything()
    {
        var plane = await cluster.PlaneAsync();
        var deployed = await Deployed.CreateAsync(plane, metrics);
        var team = deployed.Team;
        var mark = await plane.Audit.MarkAsync(Cancellation);
        var (first, second) = (new Sentences(), new Sentences());
        ScalingState? saved = null, loaded = null;

        await WorkerLife.RunAsync(deployed, 1, first, s =>
        {
            saved = s.GetStatus($"{team.Name}/web").State;
            return team.UntilEventsAsync(4); // Both targets were scaled twice,
        });
        Assert.Equal((11, 8), (await Targets.WebAsync(team), await Targets.DbAsync(team)));
        await WorkerLife.RunAsync(deployed, 2, second, s =>
        {
            loaded = s.GetStatus($"{team.Name}/web").State;
            return team.UntilEventsAsync(6); // and now once more.
        });

        Assert.Empty(first.Warnings.Concat(second.Warnings));
        Assert.Contains(first.All, l => l.StartsWith($"Scaled {team.Name}/web from 2 to 4 replicas. ", StringComparison.Ordinal));
        Assert.Contains(first.All, l => l.StartsWith($"Scaled {team.Name}/statefulsets/db from 3 to 6 replicas. ", StringComparison.Ordinal));
        Assert.Contains(saved!.Events[0], loaded!.Events);
        var events = (await plane.Admin.GetAsync($"/api/v1/namespaces/{team.Name}/events", Cancellation))["items"]!.AsArray();
        Assert.Equal(3, events.Count(e => ((string?)e!["reason"], (string?)e["involvedObject"]!["name"]) == ("ScaledUp", "web")));

        var requests = (await plane.Audit.SinceAsync(mark, Cancellation)).Where(e => e.User == deployed.User).ToList();
        Assert.DoesNotContain(requests, e => e.Status is 401 or 403);

        // What somebody else has written is known by the watches before it is in the way.
        Assert.DoesNotContain(requests, e => e is { Subresource: "scale", Status: 409 });
        Assert.Equal(["deployments", "horizontalpodautoscalers", "pods", "statefulsets"], requests.Where(e => e.Verb == "watch").Select(e => e.Resource).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public async Task Loop_WithoutOneRight_SaysWhichOneAndHowToAddIt(string group, string resource, string? name, string verb)
    {
        var right = new Right(group, resource, name, verb);

        // The scale is got only if somebody else was faster, and who watches is not overtaken.
        Right[] without = verb == "get" && resource.EndsWith("/scale", StringComparison.Ordinal) ? [right, new(group, resource.Split('/')[0], null, "watch")] : [right];
        var deployed = await Deployed.CreateAsync(await cluster.PlaneAsync(), metrics, without);
        var log = new Sentences();

        // The second life finds what the first one has made.
        for (var life = 1; life <= 2 && log.Warnings.Count == 0; life++) await WorkerLife.RunAsync(deployed, life, log);

        // Two targets need one part. The other parts are for thousands.
        if (log.Warnings.Count == 0) await ManyTargets.SaveAsync(deployed, log);

        var missing = log.Warnings.Where(l => l.Contains(" may not ", StringComparison.Ordinal) && (without.Length == 1 || !l.Contains("cannot be watched", StringComparison.Ordinal))).ToList();
        Assert.True(missing.Count > 0, $"Nothing is missed without '{right}': is it superfluous?\n{string.Join('\n', log.All)}");
        Assert.All(missing, l => Assert.True(
            right.IsAskedForBy(l, deployed.User, deployed.Name) || right.IsAskedForBy(l, deployed.User, deployed.Team.Name), $"'{right}' is missing, but the log says: {l}"));
    }
}
