using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Connecting;

/// <summary>As in a pod: by the files of a service account, and by the variables that name the API server.</summary>
public sealed class InClusterTests(ClusterFixture fixture) : IDisposable
{
    private readonly ShiftedTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-pod-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ScaleAsync_InAPod_IsItsServiceAccountInItsNamespace()
    {
        var plane = await fixture.PlaneAsync();
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("pod"), rules: null);
        await GrantAsync(space);
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(Options(plane), _time);
        var mark = await plane.Audit.MarkAsync(Cancellation);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 4, Cancellation));

        Assert.Equal(4, await space.ReplicasAsync("web"));
        var asked = (await plane.Audit.SinceAsync(mark, Cancellation)).Where(e => e.UserAgent.StartsWith("AutoScaling", StringComparison.Ordinal) && e.Namespace == space.Name && e.Verb != "watch").ToList();
        Assert.Equal(["list deployments", "list horizontalpodautoscalers", "list pods", "list pods", "update deployments"], asked.Select(e => $"{e.Verb} {e.Resource}").Order(StringComparer.Ordinal));
        Assert.All(asked, e => Assert.Equal($"system:serviceaccount:{space.Name}:scaler", e.User));
    }

    [Fact]
    public async Task GetReplicasAsync_TokenThatTheKubeletRenews_IsReadAnew()
    {
        var plane = await fixture.PlaneAsync();
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("pod"), rules: null);
        await GrantAsync(space);
        var good = await File.ReadAllTextAsync(FileOf("token"), Cancellation);
        await space.CreateDeploymentAsync("web", 3);
        await File.WriteAllTextAsync(FileOf("token"), "of-yesterday", Cancellation);
        var options = Options(plane);
        using var cluster = KubernetesCluster.Create(options, _time);
        using var scaler = new KubernetesScaler(cluster, null);
        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());
        Assert.Equal("the API server does not accept the credentials (401)", error.Message);

        // The other lists are read beside the one that failed first, and whoever asks meanwhile waits for them.
        await Assert.ThrowsAsync<ApiException>(() => cluster.Pods.In(new(space.Name, null)).GetAsync(Cancellation).AsTask());
        await Assert.ThrowsAsync<ApiException>(() => cluster.Autoscalers(space.Name).GetAsync(Cancellation).AsTask());

        await File.WriteAllTextAsync(FileOf("token"), good + "\n", Cancellation);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);

        // While the kubelet replaces the file there may be none, or an empty one.
        File.Delete(FileOf("token"));
        _time.Advance(options.MaxListAge + TimeSpan.FromMinutes(1));
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        await File.WriteAllTextAsync(FileOf("token"), "", Cancellation);
        _time.Advance(options.MaxListAge + TimeSpan.FromMinutes(1));
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
    }

    [Fact]
    public async Task ReadAsync_TokenThatIsNotThere_IsSaidToBeMissing()
    {
        Files("t", "team-a");
        using var api = new ApiClient(new() { ConfigFiles = [], Pod = new("127.0.0.1", "1", _folder), RetryTime = TimeSpan.Zero }, _time);
        File.Delete(FileOf("token"));

        var error = await Assert.ThrowsAsync<ApiException>(() => api.ReadAsync(new("list", new("", "v1", "pods"), "team-a"), ClientJson.Default.ApiStatus, Cancellation));
        Assert.Equal(($"the token of the service account cannot be read (Could not find file '{FileOf("token")}')", false), (error.Message, error.IsDoubtful));

        await File.WriteAllTextAsync(FileOf("token"), "", Cancellation);
        error = await Assert.ThrowsAsync<ApiException>(() => api.ReadAsync(new("list", new("", "v1", "pods"), "team-a"), ClientJson.Default.ApiStatus, Cancellation));
        Assert.Equal("the token of the service account cannot be read (it is empty)", error.Message);
    }

    [Theory]
    [InlineData("10.96.0.1", "443", "https://10.96.0.1/")]
    [InlineData("fd00::1", "6443", "https://[fd00::1]:6443/")]
    public void Connect_AddressOfTheApiServer_IsThatOfTheVariables(string host, string port, string expected)
    {
        Files("t", "team-a");

        var found = ClusterAddress.Connect(new() { ConfigFiles = [], Pod = new(host, port, _folder) }, _time);

        using (found) Assert.Equal((expected, "team-a"), (found.Server.AbsoluteUri, found.Namespace));
    }

    [Fact]
    public void Connect_OptionsOfTheUser_ComeFirst()
    {
        Files("t", "team-a");
        var file = FileOf("kubeconfig");
        File.WriteAllText(file, KubeConfig.Text("http://127.0.0.1:1", null, new KubeConfigUser("me", Namespace: "team-b")));

        var found = ClusterAddress.Connect(new() { ConfigFiles = [], Pod = new("10.96.0.1", "443", _folder), KubeConfig = file }, _time);
        using (found) Assert.Equal(("http://127.0.0.1:1/", "team-b"), (found.Server.AbsoluteUri, found.Namespace));
        found = ClusterAddress.Connect(new() { ConfigFiles = [], Pod = new("10.96.0.1", "443", _folder), Namespace = "team-c" }, _time);
        using (found) Assert.Equal(("https://10.96.0.1/", "team-c"), (found.Server.AbsoluteUri, found.Namespace));
    }

    [Fact]
    public void Connect_KubeConfigInAPod_ComesFirstAsWithKubectl()
    {
        Files("t", "team-a");
        var file = FileOf("kubeconfig");
        File.WriteAllText(file, KubeConfig.Text("http://127.0.0.1:1", null, new KubeConfigUser("me", Namespace: "team-b")));

        var found = ClusterAddress.Connect(new() { Pod = new("10.96.0.1", "443", _folder), ConfigFiles = [file] }, _time);

        using (found) Assert.Equal(("http://127.0.0.1:1/", "team-b"), (found.Server.AbsoluteUri, found.Namespace));
    }

    [Fact]
    public void Connect_ContextInAPod_IsTheContextAndNeverThePod()
    {
        Files("t", "team-a");
        var file = FileOf("kubeconfig");
        File.WriteAllText(file, KubeConfig.Text("http://127.0.0.1:1", null, new KubeConfigUser("west"), new KubeConfigUser("east", Namespace: "team-b")));
        KubernetesOptions Options(params string[] files) => new() { Pod = new("10.96.0.1", "443", _folder), Context = "east", ConfigFiles = files };

        var found = ClusterAddress.Connect(Options(file), _time);
        using (found) Assert.Equal(("http://127.0.0.1:1/", "team-b"), (found.Server.AbsoluteUri, found.Namespace));

        var none = Assert.Throws<ScalingException>(() => ClusterAddress.Connect(Options(), _time));
        Assert.Equal(
            (ScalingErrorKind.InvalidConfiguration, "The Kubernetes configuration cannot be used: there is no kubeconfig to find the context 'east' in; " +
                "set KubeConfig, the environment variable KUBECONFIG or the file ~/.kube/config."),
            (none.Kind, none.Message));
    }

    [Fact]
    public void Connect_FilesThatAreNone_AreToldOf()
    {
        Files("t", "team-a");
        var port = Assert.Throws<ScalingException>(() => ClusterAddress.Connect(new() { ConfigFiles = [], Pod = new("10.96.0.1", "tcp://443", _folder) }, _time));
        Assert.Equal(
            (ScalingErrorKind.InvalidConfiguration, "The Kubernetes configuration cannot be used: KUBERNETES_SERVICE_PORT must be a port, but is 'tcp://443'."), (port.Kind, port.Message));

        File.WriteAllText(FileOf("ca.crt"), "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----");
        var authority = Assert.Throws<ScalingException>(() => ClusterAddress.Connect(new() { ConfigFiles = [], Pod = new("10.96.0.1", "443", _folder) }, _time));
        Assert.StartsWith("The Kubernetes configuration cannot be used: ", authority.Message, StringComparison.Ordinal);

        // Without a token there is no service account, and so we are in no pod.
        File.Delete(FileOf("token"));
        Assert.False(new PodIdentity("10.96.0.1", "443", _folder).Exists);
    }

    private string FileOf(string name) => Path.Combine(_folder, name);

    private KubernetesOptions Options(ControlPlane plane)
    {
        var server = new Uri(plane.Server);
        return new() { ConfigFiles = [], Pod = new(server.Host, $"{server.Port}", _folder), MaxListAge = TestNamespace.ListAge };
    }

    private void Files(string token, string space, string? authority = null)
    {
        if (authority is null)
        {
            using var own = new Certificates();
            authority = own.AuthorityPem;
        }

        File.WriteAllText(FileOf("token"), token);
        File.WriteAllText(FileOf("ca.crt"), authority);
        File.WriteAllText(FileOf("namespace"), space);
    }

    /// <summary>Makes the service account with the rights that scaling needs, and its files.</summary>
    private async Task GrantAsync(TestNamespace space)
    {
        await space.Admin.PostAsync($"/api/v1/namespaces/{space.Name}/serviceaccounts", """{"metadata": {"name": "scaler"}}""", Cancellation);
        await space.GrantAsync(TestNamespace.ScalingRules);
        await space.Admin.PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{space.Name}/rolebindings", $$"""
            {"metadata": {"name": "pod"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "scaler"},
             "subjects": [{"kind": "ServiceAccount", "name": "scaler", "namespace": "{{space.Name}}"}]}
            """, Cancellation);
        await space.UntilAllowedAsync(TestNamespace.ScalingRules, $"system:serviceaccount:{space.Name}:scaler", space.Name);
        var answer = await space.Admin.PostAsync(
            $"/api/v1/namespaces/{space.Name}/serviceaccounts/scaler/token",
            """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}""",
            Cancellation);
        Files((string)answer["status"]!["token"]!, space.Name, space.Plane.Certificates.AuthorityPem);
    }
}
