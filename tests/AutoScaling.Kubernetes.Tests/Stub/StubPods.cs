using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Stub;

/// <summary>The pods of a stub, as an API server lists and watches them, with all that happens to watches. It goes by the field selector that leaves out pods that have ended.</summary>
internal sealed class StubPods : IDisposable
{
    public const string Path = "/api/v1/namespaces/default/pods";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _pods = [];
    private readonly List<(long At, string Event)> _log = [];
    private TaskCompletionSource _news = new();
    private CancellationTokenSource _cut = new();
    private long _now = 1000;
    private long _oldest;
    private int _refusals;

    /// <summary>Whether a watch from before what is known is told so by its status, or in an event.</summary>
    public bool GoneByStatus { get; set; }

    /// <summary>How often pods were listed, and watched.</summary>
    public (int Lists, int Watches) Asked { get; private set; }

    /// <summary>The names of the pods that have not ended, with their versions.</summary>
    public IReadOnlyList<(string Name, string Version)> Unended
    {
        get
        {
            lock (_gate) return [.. _pods.Where(p => !p.Value.HasEnded).Select(p => (p.Key, Text(p.Value.At))).Order()];
        }
    }

    /// <summary>The version of the last change.</summary>
    public string Version
    {
        get
        {
            lock (_gate) return Text(_now);
        }
    }

    /// <summary>Makes a pod, or changes it.</summary>
    public void Put(string name, bool hasEnded = false)
    {
        lock (_gate)
        {
            var before = _pods.GetValueOrDefault(name);
            var pod = _pods[name] = new(++_now, hasEnded);
            var wasThere = before is { HasEnded: false };
            var kind = (wasThere, hasEnded) switch
            {
                (true, true) => "DELETED",
                (true, false) => "MODIFIED",
                (false, false) => "ADDED",
                _ => null,
            };
            Say(kind, Json(name, pod));
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            if (!_pods.Remove(name, out var before)) return;
            before = before with { At = ++_now };
            Say(before.HasEnded ? null : "DELETED", Json(name, before));
        }
    }

    /// <summary>Tells all watches up to where they have been told everything.</summary>
    public void Bookmark()
    {
        lock (_gate) Say("BOOKMARK", $$$"""{"kind": "Pod", "metadata": {"resourceVersion": "{{{Text(_now)}}}"} }""");
    }

    /// <summary>Lets several things happen before anybody can be told of the first.</summary>
    public void AtOnce(Action happen)
    {
        lock (_gate) happen();
    }

    /// <summary>Forgets what has happened so far.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            _oldest = _now;
            _log.Clear();
        }
    }

    /// <summary>Ends all watches by resetting their connections in the middle of an event.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            var cut = _cut;
            _cut = new();
            cut.Cancel();
        }
    }

    /// <summary>Refuses the next watches.</summary>
    public void RefuseWatches(int count) => Interlocked.Exchange(ref _refusals, count);

    /// <summary>The pods and the version as they are, to go back to.</summary>
    public Action BackUp()
    {
        lock (_gate)
        {
            var (pods, now) = (_pods.ToList(), _now);
            return () =>
            {
                lock (_gate)
                {
                    _pods.Clear();
                    foreach (var (name, pod) in pods) _pods[name] = pod;
                    (_now, _oldest) = (now, now);
                    _log.Clear();
                    Cut();
                }
            };
        }
    }

    /// <summary>Answers what asks for pods; <see langword="false"/> if it asks for something else.</summary>
    public async Task<bool> ListAsync(HttpContext context)
    {
        if (context.Request.Path != Path) return false;
        string answer;
        lock (_gate)
        {
            if (!context.Request.QueryString.Value!.EndsWith("?limit=1", StringComparison.Ordinal)) Asked = Asked with { Lists = Asked.Lists + 1 };
            var pods = _pods.Where(p => !p.Value.HasEnded).Select(p => Json(p.Key, p.Value));
            answer = $$$"""{"kind": "PodList", "metadata": {"resourceVersion": "{{{Text(_now)}}}"}, "items": [{{{string.Join(',', pods)}}}]}""";
        }

        await context.Response.WriteAsync(answer);
        return true;
    }

    /// <summary>Answers a watch.</summary>
    public async Task WatchAsync(HttpContext context)
    {
        CancellationToken cut;
        var at = long.Parse(context.Request.Query["resourceVersion"]!, CultureInfo.InvariantCulture);
        bool isGone;
        lock (_gate)
        {
            Asked = Asked with { Watches = Asked.Watches + 1 };
            (cut, isGone) = (_cut.Token, at < _oldest);
        }

        if (Interlocked.Decrement(ref _refusals) >= 0)
        {
            await StubServer.RefuseAsync(context, 500);
            return;
        }

        if (isGone && GoneByStatus)
        {
            await StubServer.RefuseAsync(context, 410);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cut, context.RequestAborted);
        try
        {
            await context.Response.Body.FlushAsync(end.Token);
            while (true)
            {
                List<(long At, string Event)> news;
                Task more;
                lock (_gate)
                {
                    isGone = at < _oldest;
                    (news, more) = ([.. _log.Where(e => e.At > at)], _news.Task);
                }

                if (isGone)
                {
                    await context.Response.WriteAsync("""{"type": "ERROR", "object": {"kind": "Status", "metadata": {}, "status": "Failure", "code": 410}}""", end.Token);
                    return;
                }

                foreach (var (version, said) in news)
                {
                    await context.Response.WriteAsync(said + "\n", end.Token);
                    at = version;
                }

                await context.Response.Body.FlushAsync(end.Token);
                await more.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            await context.Response.WriteAsync("""{"type": "MODIFIED", "object": {"metadata": {"na""", CancellationToken.None);
            await context.Response.Body.FlushAsync(CancellationToken.None);
            context.Abort();
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    public void Dispose() => _cut.Dispose();

    private void Say(string? kind, string thing)
    {
        if (kind is not null) _log.Add((_now, new StringBuilder("{\"type\": \"").Append(kind).Append("\", \"object\": ").Append(thing).Append('}').ToString()));
        var news = _news;
        _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        news.SetResult();
    }

    private static string Json(string name, Kept pod) => $$$"""
        {"metadata": {"name": "{{{name}}}", "namespace": "default", "resourceVersion": "{{{Text(pod.At)}}}", "labels": {"app": "web"} },
         "spec": {"containers": [{"name": "app"}]}, "status": {"phase": "{{{(pod.HasEnded ? "Succeeded" : "Running")}}}"} }
        """.ReplaceLineEndings(" ");

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private sealed record Kept(long At, bool HasEnded);
}
