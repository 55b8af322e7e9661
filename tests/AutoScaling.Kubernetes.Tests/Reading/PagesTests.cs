using System.Net;
using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Reading;

/// <summary>Lists of more than one page, by a real API server. It gives pages only when its database is asked; what it answers from its memory comes in one piece.</summary>
public sealed class PagesTests(ClusterFixture cluster)
{
    // Newer than anything there is, so that what the API server has in its memory is not enough.
    private const string NeverSeen = "99999999999";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_MoreThanTwoPages_AreAllThere()
    {
        var plane = await cluster.PlaneAsync();
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("pages"));
        var names = await CreateAsync(space, 1001);
        using var api = new ApiClient(space.Options(), TimeProvider.System);
        var mark = await plane.Audit.MarkAsync(Cancellation);

        var cached = await ListAsync(api, space, notBefore: null);
        var paged = await ListAsync(api, space, NeverSeen);

        Assert.Equal(names, Names(cached));
        Assert.Equal(names, Names(paged));
        Assert.Equal(1 + 1 + 3, (await plane.Audit.SinceAsync(mark, Cancellation)).Count(e => e.User == space.User));
    }

    [Fact]
    public async Task ListAsync_DatabaseCompactedInMidList_BeginsAgain()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "compacted");
        var names = await CreateAsync(space, 501);

        // Between the autoscaler and the API server, to do something between two pages.
        await using var proxy = await StubServer.StartAsync();
        var answers = new List<HttpStatusCode>();
        var compacted = false;
        proxy.Fault = async (context, _, _) =>
        {
            var (status, body) = await plane.Admin.AskAsync(context.Request.Path + context.Request.QueryString, Cancellation);
            answers.Add(status);
            if (!compacted && JsonNode.Parse(body)!["metadata"]!["continue"] is not null)
            {
                compacted = true;
                await space.CreateDeploymentAsync("late", 1);
                await plane.CompactAsync(Cancellation);
            }

            context.Response.StatusCode = (int)status;
            await context.Response.WriteAsync(body, Cancellation);
            return true;
        };
        using var api = new ApiClient(proxy.Options(), TimeProvider.System);

        var list = await ListAsync(api, space, NeverSeen);

        // Newer servers (1.34 and later) have the second page in their memory, and give it whatever became of the database.
        if (!answers.Contains(HttpStatusCode.Gone))
        {
            Assert.Equal(names, Names(list));
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], answers);
            return;
        }

        Assert.Equal([.. names, "late"], Names(list));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Gone, HttpStatusCode.OK, HttpStatusCode.OK], answers);
    }

    private static Task<Listing<Workload>> ListAsync(ApiClient api, TestNamespace space, string? notBefore) =>
        api.ListAsync(new("list", ScalableKinds.Deployments, space.Name), ListsJson.Default.ApiListWorkloadItemWorkload, notBefore, Cancellation);

    private static IEnumerable<string> Names(Listing<Workload> list) => list.Items.Select(i => i.Name).Order(StringComparer.Ordinal);

    private static async Task<IReadOnlyList<string>> CreateAsync(TestNamespace space, int count)
    {
        List<string> names = [.. Enumerable.Range(0, count).Select(i => $"app-{i:0000}")];
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (name, _) => await space.CreateDeploymentAsync(name, 2));
        return names;
    }
}
