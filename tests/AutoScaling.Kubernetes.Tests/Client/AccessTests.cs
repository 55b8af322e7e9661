using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Client;

public sealed class AccessTests(ClusterFixture cluster)
{
    private const string ListDeployments = """{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]}""";
    private const string GetScale = """{"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["get"]}""";
    private const string UpdateScale = """{"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["update"]}""";
    private const string ListPods = """{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}""";
    private const string ListAutoscalers = """{"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": ["list"]}""";

    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("list deployments", "apiGroups [apps], resources [deployments], verbs [list]", ListPods, ListAutoscalers)]
    [InlineData("list pods", "apiGroups [\"\"], resources [pods], verbs [list]", ListDeployments, ListAutoscalers)]
    [InlineData("list horizontalpodautoscalers", "apiGroups [autoscaling], resources [horizontalpodautoscalers], verbs [list]", ListDeployments, ListPods)]
    public async Task GetReplicasAsync_RuleThatIsMissing_IsNamed(string verb, string rule, params string[] rules)
    {
        var space = await SpaceAsync(string.Join(',', rules));
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.Equal($"the user '{space.User}' may not {verb} in namespace '{space.Name}'; add to its Role: {rule}", error.Message);
    }

    [Fact]
    public async Task GetReplicasAsync_SeveralRulesAreMissing_AreNamedTogether()
    {
        var space = await SpaceAsync(ListPods);
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.Equal(
            $"the user '{space.User}' may not list deployments in namespace '{space.Name}'; add to its Role: apiGroups [apps], resources [deployments], verbs [list]; " +
            $"the user '{space.User}' may not list horizontalpodautoscalers in namespace '{space.Name}'; " +
            "add to its Role: apiGroups [autoscaling], resources [horizontalpodautoscalers], verbs [list]",
            error.Message);
    }

    [Fact]
    public async Task ScaleAsync_MayNotWrite_NamesTheRule()
    {
        var space = await SpaceAsync(string.Join(',', ListDeployments, ListPods, ListAutoscalers, GetScale));
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        var outcome = await scaler.ScaleAsync("web", 3, 4, Cancellation);

        Assert.Equal(
            ScaleOutcome.Failed($"the user '{space.User}' may not update deployments/scale 'web' in namespace '{space.Name}'; " +
                "add to its Role: apiGroups [apps], resources [deployments/scale], verbs [update]"),
            outcome);
        Assert.Equal(3, await space.ReplicasAsync("web"));
    }

    [Fact]
    public async Task ScaleAsync_MayNotLookAfterALostRace_NamesTheRule()
    {
        var space = await SpaceAsync(string.Join(',', ListDeployments, ListPods, ListAutoscalers, UpdateScale));
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        await space.SetStatusAsync("web", 3);

        var outcome = await scaler.ScaleAsync("web", 3, 4, Cancellation);

        Assert.Equal(
            ScaleOutcome.Failed($"the user '{space.User}' may not get deployments/scale 'web' in namespace '{space.Name}'; " +
                "add to its Role: apiGroups [apps], resources [deployments/scale], verbs [get]"),
            outcome);
    }

    [Fact]
    public async Task GetReplicasAsync_AllNamespacesWithoutAClusterRole_NamesTheRule()
    {
        var space = await SpaceAsync(TestNamespace.ScalingRules);
        var options = space.Options();
        options.AllNamespaces = true;
        using var scaler = new KubernetesScaler(options, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.Equal(
            [
                $"the user '{space.User}' may not list pods in all namespaces; add to its ClusterRole: apiGroups [\"\"], resources [pods], verbs [list]",
                $"the user '{space.User}' may not list deployments in all namespaces; add to its ClusterRole: apiGroups [apps], resources [deployments], verbs [list]",
                $"the user '{space.User}' may not list horizontalpodautoscalers in all namespaces; "
                    + "add to its ClusterRole: apiGroups [autoscaling], resources [horizontalpodautoscalers], verbs [list]",
            ],
            error.Message.Replace("; the", "\nthe", StringComparison.Ordinal).Split('\n'));
    }

    [Fact]
    public async Task EvaluateAsync_NoRights_IsASentenceInTheRecordAndTheStatus()
    {
        var space = await SpaceAsync("");
        await using var host = new ScalingHost(o => o.KubeConfig = space.Options().KubeConfig, [ScalingHost.Policy("web")]);

        var record = await host.AutoScaler.EvaluateAsync("web", Cancellation);

        Assert.StartsWith(
            $"'web' could not be evaluated: the user '{space.User}' may not list pods in namespace '{space.Name}'; " +
            "add to its Role: apiGroups [\"\"], resources [pods], verbs [list]; ",
            record.Error,
            StringComparison.Ordinal);
        Assert.Equal(record.Error, host.AutoScaler.GetStatus("web").LastError);
    }

    [Fact]
    public async Task GetReplicasAsync_CredentialsThatNobodyKnows_SaysSo()
    {
        var space = await SpaceAsync("");
        var path = Path.Combine(space.Plane.Folder, "stranger.kubeconfig");
        await File.WriteAllTextAsync(path, KubeConfig.Text(space.Plane.Server, space.Plane.Certificates.AuthorityPem, new KubeConfigUser("stranger")), Cancellation);
        using var scaler = new KubernetesScaler(new() { KubeConfig = path }, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.Equal("the API server does not accept the credentials (401)", error.Message);
    }

    [Fact]
    public async Task GetReplicasAsync_ServerThatIsNotTrusted_SaysSo()
    {
        var space = await SpaceAsync("");
        using var other = new Certificates();
        var path = Path.Combine(space.Plane.Folder, "distrust.kubeconfig");
        await File.WriteAllTextAsync(path, KubeConfig.Text(space.Plane.Server, other.AuthorityPem, new KubeConfigUser("stranger")), Cancellation);
        using var scaler = new KubernetesScaler(new() { KubeConfig = path }, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.StartsWith($"the API server {space.Plane.Server} cannot be reached (The remote certificate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_NamespaceThatIsMissing_SaysSo()
    {
        var plane = await cluster.PlaneAsync();
        using var api = new ApiClient(new() { KubeConfig = plane.KubeConfigFor("root", "default", "system:masters") }, _time);
        var leases = LeaseDocument.Client(api, "nowhere");

        var error = await Assert.ThrowsAsync<ApiException>(() => leases.WriteAsync("lease", null, new(), Cancellation));

        Assert.Equal("there is no namespace 'nowhere' to create leases in", error.Message);
    }

    private async Task<TestNamespace> SpaceAsync(string rules)
    {
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), TestNamespace.NewName("access"), rules);
        await space.CreateDeploymentAsync("web", 3);
        return space;
    }
}
