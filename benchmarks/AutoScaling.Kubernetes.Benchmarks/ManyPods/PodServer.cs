using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Benchmarks.ManyPods;

/// <summary>An API server on loopback that has many pods: lists, compressed if asked for, watches, metrics, scales, and what leaders and savers write. It keeps no pod in memory.</summary>
internal sealed partial class PodServer : IAsyncDisposable
{
    private static readonly TimeSpan BookmarkTime = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly int _pods;
    private readonly PodTexts _texts = new(DateTimeOffset.UtcNow);
    private readonly ConcurrentDictionary<int, int> _replicas = new();
    private readonly ConcurrentDictionary<string, JsonNode> _kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (int Requests, long Bytes)> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Action<int>> _watchers = new(StringComparer.Ordinal);
    private long _version = 1_000_000;

    private PodServer(WebApplication app, int pods) => (_app, _pods) = (app, pods);

    public string Address => _app.Urls.First();

    /// <summary>What each deployment's pods use together, in thousandths of a core; each of ten requests 100.</summary>
    public int Load { get; set; } = 500;

    /// <summary>The wanted replicas of the deployments that were scaled.</summary>
    public IReadOnlyDictionary<int, int> Scaled => _replicas;

    /// <summary>What was asked so far, and how many bytes were answered, by kind.</summary>
    public IReadOnlyDictionary<string, (int Requests, long Bytes)> Answers => _answers;

    /// <summary>Starts it.</summary>
    /// <param name="pods">How many pods there are.</param>
    /// <param name="certificate">For https; <see langword="null"/> for http.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<PodServer> StartAsync(int pods, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            if (certificate is not null) l.UseHttps(certificate);
        }));
        var app = builder.Build();
        var server = new PodServer(app, pods);
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Keeps an object, as if somebody had made it.</summary>
    public void Keep(string path, string json) => _kept[path] = JsonNode.Parse(json)!;

    /// <summary>Changes a pod: a watch of it is told.</summary>
    public void Touch(int pod)
    {
        Interlocked.Increment(ref _version);
        foreach (var tell in _watchers.Values) tell(pod);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var place = Place().Match(request.Path);
        if (!place.Success)
        {
            await KeepAsync(context);
            return;
        }

        var (space, kind) = (place.Groups["space"].Value, place.Groups["kind"].Value);
        var isMetrics = request.Path.StartsWithSegments("/apis/metrics.k8s.io", StringComparison.Ordinal);
        var isWatch = request.Query.ContainsKey("watch");
        var counted = new CountedStream(context.Response.Body, bytes => Count(Name(), 0, bytes));
        context.Response.Body = counted;
        context.Response.ContentType = "application/json";
        Count(Name(), 1, 0);
        var pods = kind == "pods";
        if (place.Groups["name"].Success)
        {
            await ScaleAsync(context, int.Parse(place.Groups["name"].Value, CultureInfo.InvariantCulture));
        }
        else if (isWatch)
        {
            await WatchAsync(context, pods ? (pod, version) => Asked(space, Selected(request), pod / PodTexts.PodsPerDeployment) ? _texts.Pod(pod, version) : null : null);
        }
        else
        {
            var one = Selected(request);
            var apps = kind == "horizontalpodautoscalers" ? [] : one is { } app ? [app] : Enumerable.Range(0, (_pods + PodTexts.PodsPerDeployment - 1) / PodTexts.PodsPerDeployment).Where(a => Asked(space, null, a));
            var limit = request.QueryString.Value == "?limit=1" ? 1 : int.MaxValue;
            var time = PodTexts.Time(DateTimeOffset.UtcNow);
            await ListAsync(context, apps.SelectMany(a => Things(a, kind, isMetrics, time)), limit);
        }

        string Name() => $"{(isWatch ? "watch" : request.Method == "GET" ? "list" : request.Method)} {(isMetrics ? "metrics" : kind)}";
    }

    private IEnumerable<string> Things(int app, string kind, bool isMetrics, string time)
    {
        if (kind == "deployments") return [_texts.Deployment(app, _replicas.GetValueOrDefault(app, PodTexts.PodsPerDeployment), 1000 + app)];
        var first = app * PodTexts.PodsPerDeployment;
        var pods = Enumerable.Range(first, Math.Min(PodTexts.PodsPerDeployment, _pods - first));
        return isMetrics ? pods.Select(p => PodTexts.Use(p, Load / PodTexts.PodsPerDeployment, time)) : pods.Select(p => _texts.Pod(p, 1000 + p));
    }

    private async Task ListAsync(HttpContext context, IEnumerable<string> things, int limit)
    {
        var zip = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal) && limit > 1;
        if (zip) context.Response.Headers.ContentEncoding = "gzip";
        await using var body = zip ? new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true) : context.Response.Body;
        await using var writer = new StreamWriter(body, new System.Text.UTF8Encoding(false), 1 << 16, leaveOpen: true);
        var left = limit < _pods ? $$""","continue":"more","remainingItemCount":{{_pods - limit}}""" : "";
        await writer.WriteAsync($$$"""{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"{{{Interlocked.Read(ref _version)}}}"{{{left}}}},"items":[""");
        var separator = "";
        foreach (var thing in things.Take(limit))
        {
            await writer.WriteAsync(separator);
            await writer.WriteAsync(thing);
            separator = ",";
        }

        await writer.WriteAsync("]}");
        await writer.FlushAsync();
    }

    private async Task WatchAsync(HttpContext context, Func<int, long, string?>? changed)
    {
        var changes = Channel.CreateUnbounded<int>();
        var bookmark = Stopwatch.GetTimestamp();
        _watchers[context.TraceIdentifier] = pod => changes.Writer.TryWrite(pod);
        try
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                using var minute = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                var left = BookmarkTime - Stopwatch.GetElapsedTime(bookmark);
                minute.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                var said = $$$"""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"{{{Interlocked.Read(ref _version)}}}"} } }""";
                try
                {
                    var pod = await changes.Reader.ReadAsync(minute.Token);
                    if (changed?.Invoke(pod, Interlocked.Read(ref _version)) is not { } text) continue;
                    said = $$"""{"type":"MODIFIED","object":{{text}}}""";
                }
                catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
                {
                    bookmark = Stopwatch.GetTimestamp();
                }

                await context.Response.WriteAsync(said + "\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
        finally
        {
            _watchers.TryRemove(context.TraceIdentifier, out _);
        }
    }

    private async Task ScaleAsync(HttpContext context, int app)
    {
        var version = Interlocked.Increment(ref _version);
        if (context.Request.Method == "PUT") _replicas[app] = (int?)(await JsonNode.ParseAsync(context.Request.Body))!["spec"]!["replicas"] ?? 0;
        await context.Response.WriteAsync($$$"""
            {"metadata":{"name":"app-{{{app}}}","namespace":"{{{PodTexts.Namespace(app)}}}","uid":"d{{{app}}}","resourceVersion":"{{{version}}}"},"spec":{"replicas":{{{_replicas.GetValueOrDefault(app, PodTexts.PodsPerDeployment)}}} },"status":{"replicas":10}}
            """);
    }

    /// <summary>Leases, ConfigMaps and Events.</summary>
    private async Task KeepAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Count($"{context.Request.Method} {path.Split('/').SkipWhile(p => p != "namespaces").ElementAtOrDefault(2)}", 1, 0);
        if (context.Request.Method == "GET")
        {
            if (!_kept.TryGetValue(path, out var known)) context.Response.StatusCode = 404;
            await context.Response.WriteAsync(known?.ToJsonString() ?? """{"kind":"Status","message":"not found"}""");
            return;
        }

        var sent = (await JsonNode.ParseAsync(context.Request.Body))!;
        sent["metadata"]!["resourceVersion"] = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
        _kept[context.Request.Method == "POST" ? $"{path}/{(string?)sent["metadata"]!["name"]}" : path] = sent;
        await context.Response.WriteAsync(sent.ToJsonString());
    }

    private void Count(string name, int requests, long bytes) =>
        _answers.AddOrUpdate(name, (requests, bytes), (_, sum) => (sum.Requests + requests, sum.Bytes + bytes));

    private static bool Asked(string space, int? one, int app) =>
        (space.Length == 0 || string.Equals(space, PodTexts.Namespace(app), StringComparison.Ordinal)) && (one is null || one == app);

    /// <summary>The one deployment that a selector asks for; <see langword="null"/> if it asks for all.</summary>
    private static int? Selected(HttpRequest request)
    {
        var text = request.Query["labelSelector"] + " " + request.Query["fieldSelector"];
        return One().Match(text) is { Success: true } match ? int.Parse(match.Groups["app"].Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex("^/apis?/.*?v1(?:beta1)?(?:/namespaces/(?<space>[^/]+))?/(?<kind>pods|deployments|horizontalpodautoscalers)(?:/app-(?<name>[0-9]+)/scale)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();

    [GeneratedRegex("app-(?<app>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex One();
}
