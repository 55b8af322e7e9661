using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AutoScaling.Simulation.Tests.Loads;

/// <summary>A small server on a free port of this machine, which answers what a test wants.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<IReadOnlyDictionary<string, string>, (int Status, string Body)> _answer;
    private readonly Lock _lock = new();
    private readonly List<IReadOnlyDictionary<string, string>> _asked = [];

    /// <param name="answer">Answers the fields of a form; the header Authorization and the path are among them.</param>
    public LoopbackServer(Func<IReadOnlyDictionary<string, string>, (int Status, string Body)> answer)
    {
        _answer = answer;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Url = new($"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}/prom");
        free.Stop();
        _listener.Prefixes.Add($"http://localhost:{Url.Port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Asked
    {
        get
        {
            lock (_lock) return [.. _asked];
        }
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var form = (await reader.ReadToEndAsync()).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split('='))
                    .ToDictionary(f => f[0], f => WebUtility.UrlDecode(f[1]), StringComparer.Ordinal);
                form["path"] = context.Request.Url!.AbsolutePath;
                form["Authorization"] = context.Request.Headers["Authorization"] ?? "";
                lock (_lock) _asked.Add(form);
                var (status, body) = _answer(form);
                context.Response.StatusCode = status;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
