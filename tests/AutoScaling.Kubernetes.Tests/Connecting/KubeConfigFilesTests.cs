using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Connecting;

/// <summary>The files of KUBECONFIG, together; what kubectl makes of the same files was looked at with <c>kubectl config view</c>.</summary>
public sealed class KubeConfigFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-kubeconfig-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("west", "http://127.0.0.1:1")]
    [InlineData("east", "http://127.0.0.1:2")]
    [InlineData(null, "http://127.0.0.1:1")]
    public void Read_TwoFilesAndAMissingOne_HasTheContextsOfBothAndTheCurrentOneOfTheFirst(string? context, string server)
    {
        var (west, east) = (Write("a", "west", "w", 1), Write("b", "east", "e", 2));

        var found = KubeConfigFiles.Read([PathOf("none"), west, east], context);

        Assert.Equal((server, context ?? "west"), (found.Host, found.CurrentContext));
    }

    [Fact]
    public void Read_SameNamesInTwoFiles_AreThoseOfTheFirst()
    {
        var (first, second) = (Write("a", "west", "c", 1), Write("b", "east", "c", 2));

        // Clusters of one name: that of the first file, whichever file the context is of.
        Assert.Equal("http://127.0.0.1:1", KubeConfigFiles.Read([first, second], "east").Host);
        Assert.Equal("http://127.0.0.1:2", KubeConfigFiles.Read([second, first], "west").Host);
    }

    [Fact]
    public void Read_CurrentContextOfASecondFile_IsUsedIfTheFirstHasNone()
    {
        var first = Write("a", "west", "w", 1);
        File.WriteAllText(first, File.ReadAllText(first).Replace("\"current-context\":\"west\"", "\"current-context\":\"\"", StringComparison.Ordinal));

        Assert.Equal("http://127.0.0.1:2", KubeConfigFiles.Read([first, Write("b", "east", "e", 2)], null).Host);
        Assert.Equal($"The kubeconfig '{first}' cannot be used: it has no current context; set Context to one of 'west'.", Error(null, first));
    }

    [Fact]
    public void Read_NamesThatDifferInCase_AreDifferent()
    {
        var files = new[] { Write("a", "east", "c", 1), Write("b", "East", "C", 2) };

        Assert.Equal("http://127.0.0.1:2", KubeConfigFiles.Read(files, "East").Host);
        Assert.Equal("http://127.0.0.1:1", KubeConfigFiles.Read(files, "east").Host);
    }

    [Fact]
    public void Read_RelativePaths_AreBesideTheFileThatHasThem()
    {
        var folder = Directory.CreateDirectory(PathOf("east")).FullName;
        using var certificates = new Certificates();
        var (certificate, key) = certificates.User("me");
        File.WriteAllText(Path.Combine(folder, "ca.crt"), certificates.AuthorityPem);
        File.WriteAllText(Path.Combine(folder, "me.crt"), certificate);
        File.WriteAllText(Path.Combine(folder, "me.key"), key);
        var east = Path.Combine(folder, "config");
        File.WriteAllText(east, """
            clusters: [ { name: e, cluster: { server: "https://127.0.0.1:2", certificate-authority: ca.crt } } ]
            users: [ { name: me, user: { client-certificate: me.crt, client-key: me.key } } ]
            contexts: [ { name: east, context: { cluster: e, user: me } } ]
            """);

        var found = KubeConfigFiles.Read([Write("a", "west", "w", 1), east], "east");

        Assert.Equal((Path.Combine(folder, "me.crt"), Path.Combine(folder, "me.key")), (found.ClientCertificateFilePath, found.ClientKeyFilePath));
        Assert.Single(found.SslCaCerts);
        using var client = new k8s.Kubernetes(found);
    }

    [Fact]
    public void Read_FilesThatDoNotDo_AreNamed()
    {
        var (west, east, broken) = (Write("a", "west", "w", 1), Write("b", "east", "e", 2), PathOf("broken"));
        File.WriteAllText(broken, "{");
        var (one, other) = (PathOf("none"), PathOf("nothing"));

        Assert.Equal($"The kubeconfig '{one}' with '{other}' cannot be used: there are no such files.", Error(null, one, other));
        Assert.Equal($"The kubeconfig '{west}' with '{east}' cannot be used: it has no context 'north', only 'west', 'east'.", Error("north", west, one, east));
        Assert.StartsWith($"The kubeconfig '{broken}' cannot be used: ", Error("west", west, broken), StringComparison.Ordinal);
        File.WriteAllText(broken, "");
        Assert.Equal($"The kubeconfig '{broken}' cannot be used: there is no context in it.", Error(null, broken));
        File.WriteAllText(broken, "contexts: [ { name: a, context: { cluster: c, user: u } } ]");
        Assert.Equal($"The kubeconfig '{broken}' cannot be used: it has no cluster 'c', which its context 'a' names.", Error("a", broken));
        File.WriteAllText(broken, "{ contexts: [ { name: a, context: { cluster: w, user: u } } ] }");
        Assert.Equal($"The kubeconfig '{broken}' with '{west}' cannot be used: it has no user 'u', whom its context 'a' names.", Error("a", broken, west));
    }

    private static string Error(string? context, params string[] files)
    {
        var error = Assert.Throws<ScalingException>(() => KubeConfigFiles.Read(files, context));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        return error.Message;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>A file with one context and one cluster.</summary>
    private string Write(string file, string context, string cluster, int port)
    {
        var text = KubeConfig.Text($"http://127.0.0.1:{port}", null, new KubeConfigUser(context)).Replace("\"c\"", $"\"{cluster}\"", StringComparison.Ordinal);
        File.WriteAllText(PathOf(file), text);
        return PathOf(file);
    }
}
