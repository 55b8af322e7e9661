using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Tool.Tests.Status;

/// <summary>How the targets of ScalingPolicies stand, by an API server that knows nothing else.</summary>
public sealed class StatusContextTests : IAsyncLifetime
{
    private const string Web = """
        {"metadata": {"name": "web", "namespace": "shop", "generation": 2}, "spec": {"targetRef": {"kind": "Deployment", "name": "web"}},
         "status": {"observedGeneration": 2, "target": "Deployment/web", "min": 2, "max": 8, "desired": 6, "ready": 5, "decision": "stay", "explanation": "shop/web stays at 6 replicas.",
                    "heldBack": {"by": "cooldown", "from": 9, "to": 6, "until": "2026-01-01T12:05:00Z"}, "lastScaleTime": "2026-01-01T12:00:00Z", "override": "Paused by ann",
                    "conditions": [{"type": "Active", "status": "True", "reason": "Scaling", "message": "The target is evaluated."}]}}
        """;

    private const string Bad = """
        {"metadata": {"name": "bad", "namespace": "shop", "generation": 3}, "spec": {"targetRef": {"kind": "StatefulSet", "name": "db"}},
         "status": {"observedGeneration": 2, "conditions": [{"type": "Active", "status": "False", "reason": "Invalid", "message": "Max must be at least Min (5), but is 2."}]}}
        """;

    private const string Set = """
        {"metadata": {"name": "set", "namespace": "team", "generation": 1}, "spec": {"targetSelector": {"kind": "Deployment", "matchLabels": {"a": "b"}}},
         "status": {"observedGeneration": 1, "min": 1, "max": 3, "targets": [{"name": "team/a", "desired": 1, "ready": 1, "decision": "stay", "explanation": "a stays."},
                                                                           {"name": "team/b", "desired": 2, "ready": 1, "decision": "up 1->2", "explanation": "b goes up."}],
                    "conditions": [{"type": "Active", "status": "True", "reason": "Scaling", "message": "2 targets are evaluated."}]}}
        """;

    private const string New = """{"metadata": {"name": "new", "namespace": "shop", "generation": 1}, "spec": {"targetRef": {"kind": "Deployment", "name": "new"}}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _asked = [];
    private WebApplication _server = null!;
    private string[] _items = [Web];
    private string _config = "";
    private bool _isRefused;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.Run(AnswerAsync);
        await _server.StartAsync(Stop);
        _config = Path.Combine(_folder.Path, "kubeconfig");
        await File.WriteAllTextAsync(_config, $$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "other", "clusters": [{"name": "c", "cluster": {"server": "{{_server.Urls.First()}}"} }],
             "users": [{"name": "u", "user": {"token": "t"} }], "contexts": [{"name": "staging", "context": {"cluster": "c", "user": "u"} }] }
            """, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Status_OfAContext_TellsDecisionsAndReasons()
    {
        _items = [Web, Set, New];
        var (exitCode, output, errors) = await AskAsync();
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(
            """
            TARGET    READY  WANTED  RANGE  OUTCOME  HELD BACK BY       UNTIL                 AT
            shop/new  -      -       -      -        -                  -                     -
              The autoscaler has written nothing of it yet.
            shop/web  5      6       2-8    stay     cooldown (9 to 6)  2026-01-01 12:05:00Z  2026-01-01 12:00:00Z
              Paused by ann
              shop/web stays at 6 replicas.
            team/a    1      1       1-3    stay     -                  -                     -
              a stays.
            team/b    1      2       1-3    up 1->2  -                  -                     -
              b goes up.

            """,
            output);
        Assert.Equal("/apis/autoscaling.dotnet.io/v1alpha1/scalingpolicies", Assert.Single(_asked));
    }

    [Fact]
    public async Task Status_OneThatIsRefused_IsExitCode1()
    {
        _items = [Bad];
        var (exitCode, output, _) = await AskAsync("--format", "json");
        var target = Assert.Single(JsonNode.Parse(output)!["targets"]!.AsArray())!;
        Assert.Equal(1, exitCode);
        Assert.Equal(
            ("shop/statefulsets/db", true, "The ScalingPolicy 'shop/bad': Max must be at least Min (5), but is 2. It has changed since then."),
            ((string)target["target"]!, (bool)target["trouble"]!, (string)target["explanation"]!));
    }

    [Fact]
    public async Task Status_OneNamespaceAndTarget_AsksAndTellsNoMore()
    {
        _items = [Web, Bad];
        var (exitCode, output, _) = await AskAsync("--namespace", "shop", "--target", "shop/web");
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("Max must be", output, StringComparison.Ordinal);
        Assert.Equal("/apis/autoscaling.dotnet.io/v1alpha1/namespaces/shop/scalingpolicies", Assert.Single(_asked));
        await Tool.AssertWrong([.. Command, "--target", "shop/none"], "In the context 'staging' no ScalingPolicy says anything of 'shop/none'.");
    }

    [Fact]
    public async Task Status_WithoutTheRight_NamesIt()
    {
        _isRefused = true;
        await Tool.AssertWrong(
            Command,
            "The ScalingPolicies in the context 'staging' cannot be read: the user 'ann' may not list scalingpolicies in all namespaces; "
            + "add to its ClusterRole: apiGroups [autoscaling.dotnet.io], resources [scalingpolicies], verbs [list].");
    }

    [Fact]
    public Task Status_UnknownContext_NamesIt() => AssertStartsAsync(["status", "--context", "none", "--kubeconfig", _config], "none");

    [Fact]
    public Task Status_AFileBesideIt_IsOneTooMany() => Tool.AssertWrong(
        [.. Command, "log.jsonl"], "FILE, --url and --context name several places, but one is read at a time: leave the others out.");

    private string[] Command => ["status", "--context", "staging", "--kubeconfig", _config];

    private Task<(int ExitCode, string Output, string Errors)> AskAsync(params string[] more) => Tool.Run([.. Command, .. more]);

    private static async Task AssertStartsAsync(string[] arguments, string word)
    {
        var (exitCode, output, errors) = await Tool.Run(arguments);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(word, errors, StringComparison.Ordinal);
    }

    private Task AnswerAsync(HttpContext context)
    {
        lock (_asked) _asked.Add(context.Request.Path);
        context.Response.StatusCode = _isRefused ? 403 : 200;
        return context.Response.WriteAsync(!_isRefused
            ? $$"""{"kind": "ScalingPolicyList", "metadata": {"resourceVersion": "1"}, "items": [{{string.Join(',', _items)}}]}"""
            : """{"kind": "Status", "reason": "Forbidden", "message": "scalingpolicies is forbidden: User \"ann\" cannot list resource"}""");
    }
}
