using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace AutoScaling.Tests.Http;

/// <summary>A real server on loopback whose answers the test gives.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public TestServer()
    {
        // Nobody can reserve a port for a listener; one that is taken meanwhile is left to whoever took it.
        for (var left = 20; ; left--)
        {
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            Url = $"http://127.0.0.1:{port}";
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"{Url}/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (left > 0)
            {
                // Another one.
            }
        }

        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Answers requests.</summary>
    public Func<HttpListenerRequest, string, (int Status, string Body)> Answer { get; set; } = (_, _) => (404, "no answer in this test");

    /// <summary>Answers requests of <see cref="SpecialMethod"/> in a way of its own.</summary>
    public Func<HttpListenerContext, Task>? Special { get; set; }

    public string SpecialMethod { get; set; } = "GET";

    /// <summary>What was asked: <c>PUT /web {"replicas":5}</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public ConcurrentQueue<WebHeaderCollection> Headers { get; } = [];

    public async ValueTask DisposeAsync()
    {
        if (_serving.IsCompleted) return;

        // Not stopped before: to close what was stopped it would be bound once more, and somebody else may have its port by then.
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var request = context.Request;
            var body = await new StreamReader(request.InputStream, Encoding.UTF8).ReadToEndAsync();
            Headers.Enqueue((WebHeaderCollection)request.Headers);
            Asked.Enqueue($"{request.HttpMethod} {request.RawUrl} {body}".TrimEnd());
            if (Special is { } special && request.HttpMethod == SpecialMethod)
            {
                await special(context);
                return;
            }

            var (status, text) = Answer(request, body);
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // Whoever asked has gone.
        }
    }
}
