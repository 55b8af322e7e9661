using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Prometheus.Tests.Stub;

/// <summary>A server that answers what a test says, and knows what it was asked: for what a real server cannot be made to do.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<StubRequest, HttpContext, Task> _answer;

    private StubServer(WebApplication app, Func<StubRequest, HttpContext, Task> answer) => (_app, _answer) = (app, answer);

    public ConcurrentQueue<StubRequest> Requests { get; } = new();

    public Uri Url => new(_app.Urls.First());

    /// <summary>An answer with one series for each target.</summary>
    public static string Vector(params IEnumerable<(string Service, string Value)> series) => Vector("", series);

    /// <summary>An answer with one series for each target.</summary>
    /// <param name="more">More members of the answer: <c>"warnings":["..."],</c>.</param>
    /// <param name="series">Target and value of each.</param>
    public static string Vector(string more, params IEnumerable<(string Service, string Value)> series)
    {
        var result = series.Select(s => $$"""{"metric":{"service":"{{s.Service}}"},"value":[1700000000.123,"{{s.Value}}"]}""");
        return $$$"""{"status":"success",{{{more}}}"data":{"resultType":"vector","result":[{{{string.Join(',', result)}}}]}}""";
    }

    public static Task<StubServer> StartAsync(string answer) => StartAsync((_, _) => (200, answer));

    /// <summary>Starts a server that answers JSON.</summary>
    /// <param name="answer">Given the request and its number, from 1.</param>
    public static Task<StubServer> StartAsync(Func<StubRequest, int, (int Status, string Body)> answer)
    {
        var count = 0;
        return StartAsync(async (request, context) =>
        {
            var (status, body) = answer(request, Interlocked.Increment(ref count));
            context.Response.StatusCode = status;
            context.Response.ContentType = body.StartsWith('{') ? "application/json" : "text/plain";
            await context.Response.WriteAsync(body);
        });
    }

    public static async Task<StubServer> StartAsync(Func<StubRequest, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new StubServer(app, answer);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null;
        var query = (string?)form?["query"] ?? context.Request.Query["query"];
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new StubRequest(context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "", query ?? "", headers);
        Requests.Enqueue(request);
        await _answer(request, context);
    }
}

/// <summary>What was asked.</summary>
internal sealed record StubRequest(string Method, string Path, string UrlQuery, string Query, IReadOnlyDictionary<string, string> Headers);
