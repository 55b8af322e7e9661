using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Connecting;

/// <summary>The ways in which a kubeconfig says who we are and whom we trust, on a real API server.</summary>
public sealed class CredentialsTests(ClusterFixture cluster) : IDisposable
{
    private readonly ShiftedTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-credentials-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task GetReplicasAsync_ProgramThatFailsLater_SaysWhyAndGoesOnWhenItIsWellAgain()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The program is a shell script.");
        var space = await SpaceAsync();
        var program = FileOf("login");
        await File.WriteAllTextAsync(program, $$"""
            if [ -e '{{FileOf("expired")}}' ]; then echo "the session has expired, log in again" >&2; exit 1; fi
            echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "{{await TokenAsync(space)}}", "expirationTimestamp": "2026-01-01T00:00:00Z"} }'
            """.ReplaceLineEndings("\n"), Cancellation);
        var options = Options(space, (_, user) =>
        {
            user.Clear();
            user["exec"] = new JsonObject { ["apiVersion"] = "client.authentication.k8s.io/v1", ["command"] = "/bin/sh", ["args"] = new JsonArray(program), ["interactiveMode"] = "Never" };
        });
        options.RetryTime = TimeSpan.Zero;
        options.AllowForeignAutoscaler = true;
        using var scaler = new KubernetesScaler(options, _time);
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);

        await File.WriteAllTextAsync(FileOf("expired"), "", Cancellation);
        _time.Advance(options.MaxListAge);
        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());
        Assert.StartsWith("the credentials of the kubeconfig cannot be had (external exec failed ", error.Message, StringComparison.Ordinal);
        Assert.Equal((true, false), (error.IsTransient, error.IsDoubtful));

        File.Delete(FileOf("expired"));
        _time.Advance(options.MaxListAge);
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
    }

    /// <summary>The Kubernetes client does not read it. To ask as nobody would be told of as a missing right.</summary>
    [Fact]
    public async Task Create_TokenInAFile_IsRefused()
    {
        var space = await SpaceAsync();
        await File.WriteAllTextAsync(FileOf("token"), await TokenAsync(space), Cancellation);
        var options = Options(space, (_, user) =>
        {
            user.Clear();
            user["tokenFile"] = FileOf("token");
        });

        var error = Assert.Throws<ScalingException>(() => KubernetesCluster.Create(options, _time));

        Assert.Equal($"The kubeconfig '{FileOf("config")}' cannot be used: User: {space.User} does not have appropriate auth credentials in kubeconfig.", error.Message);
    }

    [Fact]
    public async Task GetReplicasAsync_ServerThatIsTrustedBlindly_IsAsked()
    {
        var space = await SpaceAsync();
        await AssertReadAsync(Options(space, (server, _) =>
        {
            server.Remove("certificate-authority-data");
            server["insecure-skip-tls-verify"] = true;
        }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetReplicasAsync_CertificatesInFiles_AreShownAndTrusted(bool besideTheKubeConfig)
    {
        var space = await SpaceAsync();
        await AssertReadAsync(Options(space, (server, user) =>
        {
            Move(server, "certificate-authority", "ca.crt");
            Move(user, "client-certificate", "user.crt");
            Move(user, "client-key", "user.key");
        }));

        void Move(JsonObject settings, string key, string file)
        {
            File.WriteAllBytes(FileOf(file), Convert.FromBase64String((string)settings[key + "-data"]!));
            settings.Remove(key + "-data");
            settings[key] = besideTheKubeConfig ? file : FileOf(file);
        }
    }

    private async Task AssertReadAsync(KubernetesOptions options)
    {
        using var scaler = new KubernetesScaler(options, _time);
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
    }

    private string FileOf(string name) => Path.Combine(_folder, name);

    /// <summary>The options of the test's user, whose kubeconfig is changed.</summary>
    private KubernetesOptions Options(TestNamespace space, Action<JsonObject, JsonObject> change)
    {
        var config = JsonNode.Parse(File.ReadAllText(space.Options().KubeConfig!))!;
        change(config["clusters"]![0]!["cluster"]!.AsObject(), config["users"]![0]!["user"]!.AsObject());
        File.WriteAllText(FileOf("config"), config.ToJsonString());
        return new() { KubeConfig = FileOf("config") };
    }

    private async Task<TestNamespace> SpaceAsync()
    {
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), TestNamespace.NewName("credentials"));
        await space.CreateDeploymentAsync("web", 3);
        return space;
    }

    /// <summary>The token of a service account with the rights of the test's user.</summary>
    private static async Task<string> TokenAsync(TestNamespace space)
    {
        var accounts = $"/api/v1/namespaces/{space.Name}/serviceaccounts";
        await space.Admin.PostAsync(accounts, """{"metadata": {"name": "scaler"}}""", Cancellation);
        await space.Admin.PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{space.Name}/rolebindings", $$"""
            {"metadata": {"name": "account"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "scaler"},
             "subjects": [{"kind": "ServiceAccount", "name": "scaler", "namespace": "{{space.Name}}"}]}
            """, Cancellation);
        var answer = await space.Admin.PostAsync(
            accounts + "/scaler/token", """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}""", Cancellation);
        return (string)answer["status"]!["token"]!;
    }
}
