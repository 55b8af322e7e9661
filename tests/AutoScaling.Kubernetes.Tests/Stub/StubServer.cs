using AutoScaling.Kubernetes.Tests.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Stub;

/// <summary>An API server for the faults that a real one cannot be made to show. It has one deployment, <c>web</c> with 3 replicas, and no pods.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    public const string Deployments = """
        {"kind": "DeploymentList", "metadata": {"resourceVersion": "100"}, "items": [
         {"metadata": {"name": "web", "namespace": "default", "uid": "u", "resourceVersion": "90"}, "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}}}]}
        """;

    private readonly WebApplication _app;
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-stub-").FullName;
    private readonly List<string> _requests = [];

    private StubServer(WebApplication app) => _app = app;

    /// <summary>Answers a request in place of the stub, given how often it has been made, from 1; <see langword="false"/> leaves it to the stub.</summary>
    public Func<HttpContext, string, int, Task<bool>> Fault { get; set; } = (_, _, _) => Task.FromResult(false);

    /// <summary>Answers a watch, which is refused without that; the test says what it is told and how it ends.</summary>
    public Func<HttpContext, Task> Watch { get; set; } = context => RefuseAsync(context, 405, "no watch");

    /// <summary>The requests so far, without watches: method, path and query.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public string Address => _app.Urls.First();

    public static async Task<StubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var stub = new StubServer(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    /// <summary>Options with times that a test reaches only if it moves its clock.</summary>
    public KubernetesOptions Options()
    {
        var path = Path.Combine(_folder, "kubeconfig");
        File.WriteAllText(path, KubeConfig.Text(Address, null, new KubeConfigUser("stub")));
        return new() { KubeConfig = path, Events = false, MaxListAge = TestNamespace.ListAge, RetryTime = TimeSpan.FromSeconds(20) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Answers with a status code, as the API server does.</summary>
    public static async Task<bool> RefuseAsync(HttpContext context, int status, string message = "", string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync($$"""{"kind": "Status", "message": "{{message}}"}""");
        return true;
    }

    /// <summary>A watch in which nothing happens.</summary>
    public static async Task QuietAsync(HttpContext context)
    {
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <summary>Begins an answer and then resets the connection.</summary>
    public static async Task<bool> BreakOffAsync(HttpContext context, string body)
    {
        await context.Response.WriteAsync(body[..(body.Length / 2)]);
        await context.Response.Body.FlushAsync();
        context.Abort();
        return true;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Query.ContainsKey("watch"))
        {
            await Watch(context);
            return;
        }

        var request = $"{context.Request.Method} {context.Request.Path}{Uri.UnescapeDataString(context.Request.QueryString.Value ?? "")}";
        int times;
        lock (_requests)
        {
            _requests.Add(request);
            times = _requests.Count(r => r == request);
        }

        if (await Fault(context, request, times)) return;
        var path = context.Request.Path.Value!;
        await context.Response.WriteAsync(
            path.EndsWith("/deployments", StringComparison.Ordinal) ? Deployments
            : path.EndsWith("/scale", StringComparison.Ordinal) ? """{"metadata": {"name": "web", "namespace": "default", "uid": "u", "resourceVersion": "101"}, "spec": {"replicas": 4}}"""
            : """{"kind": "List", "metadata": {"resourceVersion": "100"}, "items": []}""");
    }
}
