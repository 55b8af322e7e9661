using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>A real etcd and kube-apiserver on free loopback ports, from the binaries in KUBEBUILDER_ASSETS as envtest's convention has it.</summary>
internal sealed class ControlPlane : IDisposable
{
    public const string AssetsVariable = "KUBEBUILDER_ASSETS";

    private static readonly string[] Binaries = ["etcd", "kube-apiserver"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Below those that the kernel gives to whoever asks for any: nobody comes by one between its being found free and its being used, however long that takes.
    private static int _nextPort = 20_000 + (Environment.ProcessId % 10_000);

    private readonly Certificates _certificates = new();
    private readonly string _assets;
    private readonly int _port;
    private readonly string _etcdUrl;
    private readonly string _peerUrl;
    private readonly Dictionary<string, (string Certificate, string Key)> _users = [];
    private GuardedProcess _etcd;
    private GuardedProcess _apiServer;
    private GuardedProcess? _controllers;

    private ControlPlane(string assets)
    {
        _assets = assets;
        Folder = Directory.CreateTempSubdirectory("autoscaling-cluster-").FullName;
        var ports = FreePorts(3);
        _port = ports[0];
        _etcdUrl = $"http://127.0.0.1:{ports[1]}";
        _peerUrl = $"http://127.0.0.1:{ports[2]}";
        WriteFiles();
        _etcd = StartEtcd();
        _apiServer = StartApiServer();
        Admin = new(Server, _certificates.AuthorityPem, User("test-admin", "system:masters"));
        Audit = new(this, File("audit.log"));
    }

    /// <summary>Why tests that need a control plane cannot run here; <see langword="null"/> if they can.</summary>
    public static string? Missing => !OperatingSystem.IsLinux()
        ? "The control plane of these tests runs on Linux only."
        : Environment.GetEnvironmentVariable(AssetsVariable) is not { Length: > 0 } assets
        ? $"{AssetsVariable} is not set: it must name a folder with etcd and kube-apiserver, such as 'setup-envtest use -p path' prints."
        : Binaries.FirstOrDefault(b => !System.IO.File.Exists(Path.Combine(assets, b))) is { } binary
            ? $"{AssetsVariable} is '{assets}', but there is no {binary}: it must name a folder with etcd and kube-apiserver, such as 'setup-envtest use -p path' prints."
            : null;

    public string Folder { get; }

    public string Server => $"https://127.0.0.1:{_port}";

    public AdminClient Admin { get; }

    public AuditLog Audit { get; }

    /// <summary>What everything in the cluster trusts; also what the API server shows to aggregated API servers.</summary>
    public Certificates Certificates => _certificates;

    public static async Task<ControlPlane> StartAsync(CancellationToken cancellationToken)
    {
        var plane = new ControlPlane(Environment.GetEnvironmentVariable(AssetsVariable)!);
        try
        {
            await plane.WaitUntilReadyAsync(cancellationToken);
            return plane;
        }
        catch
        {
            plane.Dispose();
            throw;
        }
    }

    /// <summary>A kubeconfig for a user without any rights of its own. Its file is named after the user.</summary>
    public string KubeConfigFor(string user, string? @namespace = null, params string[] groups)
    {
        var path = File($"{user}.kubeconfig");
        var text = KubeConfig.Text(Server, _certificates.AuthorityPem, new KubeConfigUser(user, User(user, groups), @namespace));

        // Not written again while somebody may read it.
        lock (_users)
        {
            if (!System.IO.File.Exists(path) || System.IO.File.ReadAllText(path) != text) System.IO.File.WriteAllText(path, text);
        }

        return path;
    }

    /// <summary>The certificate of a user; the same one each time.</summary>
    public (string Certificate, string Key) User(string name, params string[] groups)
    {
        lock (_users) return _users.TryGetValue(name, out var known) ? known : _users[name] = _certificates.User(name, groups);
    }

    /// <summary>Starts the controllers that make pods of deployments and the like.</summary>
    public void StartControllers(params string[] names) => StartControllers(names, []);

    /// <summary>Starts controllers with arguments of their own.</summary>
    public void StartControllers(string[] names, string[] arguments)
    {
        var ports = FreePorts(1);
        var config = KubeConfigFor("test-controllers", null, "system:masters");
        _controllers = new(Path.Combine(_assets, "kube-controller-manager"), File("controllers.log"),
        [
            $"--kubeconfig={config}", $"--authentication-kubeconfig={config}", $"--authorization-kubeconfig={config}", $"--controllers={string.Join(',', names)}",
            "--leader-elect=false", "--bind-address=127.0.0.1", $"--secure-port={ports[0]}", "--port=0", $"--cert-dir={File("controllers")}",
            $"--service-account-private-key-file={File("sa.key")}", "--kube-api-qps=2000", "--kube-api-burst=4000",
            .. arguments,
        ]);
    }

    /// <summary>SIGKILL for the API server, and waits until its port is closed; etcd keeps what there is.</summary>
    public void KillApiServer()
    {
        _apiServer.Dispose();
        while (!IsFree(_port)) Thread.Yield();
    }

    /// <summary>Starts the API server again, on the same port and the same data.</summary>
    public async Task RestartApiServerAsync(CancellationToken cancellationToken)
    {
        KillApiServer();
        _apiServer = StartApiServer();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Keeps all that there is, for <see cref="RestoreAsync"/>.</summary>
    public Task BackUpAsync(CancellationToken cancellationToken) => CopyAsync("etcd", "backup", cancellationToken);

    /// <summary>Goes back to the backup: what was written since has never happened, and its versions are given out once more.</summary>
    public Task RestoreAsync(CancellationToken cancellationToken) => CopyAsync("backup", "etcd", cancellationToken);

    /// <summary>Makes etcd forget every version but the newest, as the API server has it do every five minutes.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        using var etcd = new HttpClient { BaseAddress = new(_etcdUrl) };
        async Task<JsonNode> AskAsync(string path, string json)
        {
            using var content = new StringContent(json);
            using var answer = await etcd.PostAsync(path, content, cancellationToken);
            return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken))!;
        }

        var newest = (string)(await AskAsync("/v3/kv/range", """{"key": "AA=="}"""))["header"]!["revision"]!;
        await AskAsync("/v3/kv/compaction", $$"""{"revision": "{{newest}}"}""");
    }

    public void Dispose()
    {
        _controllers?.Dispose();
        _apiServer.Dispose();
        _etcd.Dispose();
        Admin.Dispose();
        _certificates.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        KillApiServer();
        _etcd.Dispose();
        if (Directory.Exists(File(to))) Directory.Delete(File(to), recursive: true);
        foreach (var file in Directory.EnumerateFiles(File(from), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(File(to), Path.GetRelativePath(File(from), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            System.IO.File.Copy(file, copy);
        }

        _etcd = StartEtcd();
        _apiServer = StartApiServer();
        await WaitUntilReadyAsync(cancellationToken);
    }

    private static int[] FreePorts(int count) => [.. Ports().Where(IsFree).Take(count)];

    private static IEnumerable<int> Ports()
    {
        while (true) yield return Interlocked.Increment(ref _nextPort);
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string File(string name) => Path.Combine(Folder, name);

    private void WriteFiles()
    {
        void Pair(string name, (string Certificate, string Key) pair)
        {
            System.IO.File.WriteAllText(File(name + ".crt"), pair.Certificate);
            System.IO.File.WriteAllText(File(name + ".key"), pair.Key);
        }

        System.IO.File.WriteAllText(File("ca.crt"), _certificates.AuthorityPem);
        Pair("server", _certificates.Server());
        Pair("front-proxy", _certificates.User("front-proxy"));
        using var rsa = RSA.Create(2048);
        System.IO.File.WriteAllText(File("sa.key"), rsa.ExportRSAPrivateKeyPem());
        System.IO.File.WriteAllText(File("audit-policy.json"), """
            {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [{"level": "Metadata"}]}
            """);
    }

    private GuardedProcess StartEtcd() => new(Path.Combine(_assets, "etcd"), File("etcd.log"),
    [
        "--data-dir", File("etcd"), "--listen-client-urls", _etcdUrl, "--advertise-client-urls", _etcdUrl, "--listen-peer-urls", _peerUrl,
        "--initial-advertise-peer-urls", _peerUrl, "--initial-cluster", $"default={_peerUrl}", "--unsafe-no-fsync",
    ]);

    private GuardedProcess StartApiServer() => new(Path.Combine(_assets, "kube-apiserver"), File("apiserver.log"),
    [
        $"--etcd-servers={_etcdUrl}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", $"--secure-port={_port.ToString(CultureInfo.InvariantCulture)}",
        $"--tls-cert-file={File("server.crt")}", $"--tls-private-key-file={File("server.key")}", $"--client-ca-file={File("ca.crt")}",
        "--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount", "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://cluster", $"--service-account-key-file={File("sa.key")}", $"--service-account-signing-key-file={File("sa.key")}",
        $"--requestheader-client-ca-file={File("ca.crt")}", "--requestheader-allowed-names=front-proxy", "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group", "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        $"--proxy-client-cert-file={File("front-proxy.crt")}", $"--proxy-client-key-file={File("front-proxy.key")}",
        $"--audit-log-path={File("audit.log")}", $"--audit-policy-file={File("audit-policy.json")}",
    ]);

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (!await Admin.IsReadyAsync(patience.Token))
        {
            foreach (var process in new[] { _etcd, _apiServer })
            {
                if (process.HasExited) throw new InvalidOperationException($"A part of the control plane ended at once:\n{process.Tail()}");
            }

            await Task.Delay(100, patience.Token);
        }
    }
}
