namespace AutoScaling.Kubernetes.Tests.Cluster;

public sealed class ControlPlaneTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Admin_Version_IsAnswered()
    {
        var plane = await cluster.PlaneAsync();
        var mark = await plane.Audit.MarkAsync(TestContext.Current.CancellationToken);

        var version = await plane.Admin.GetAsync("/version", TestContext.Current.CancellationToken);

        Assert.StartsWith("linux/", (string?)version["platform"], StringComparison.Ordinal);
        var request = Assert.Single(await plane.Audit.SinceAsync(mark, TestContext.Current.CancellationToken), e => e.UserAgent == "test-admin" && e.Uri == "/version");
        Assert.Equal(("get", "test-admin", 200), (request.Verb, request.User, request.Status));
    }
}
