using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using AutoScaling.Answers;
using AutoScaling.Primitives;

namespace AutoScaling.Http;

/// <summary>
/// Asks a server, a few requests at a time, each with a deadline. A URL that is the same for all targets is asked for once for all that ask
/// at the same time. Thread-safe.
/// </summary>
internal sealed class HttpCaller : IDisposable
{
    // Names may lead to other addresses later; a connection that stays open would never know.
    private static readonly TimeSpan LifeOfConnection = TimeSpan.FromMinutes(2);

    private readonly HttpOptions _options;
    private readonly TimeProvider _time;
    private readonly Credentials _credentials;
    private readonly Func<HttpClient> _client;
    private readonly HttpClient? _own;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentDictionary<string, NextRun<HttpAnswer>> _shared = new(StringComparer.Ordinal);
    private readonly Secrets _headers;

    public HttpCaller(HttpOptions options, TimeProvider time, Func<HttpClient>? client)
    {
        (_options, _time, _credentials) = (options, time, new(options));
        _headers = new(options.Headers.Values);
        _slots = new(options.MaxConcurrency);
        _own = client is null ? Own() : null;
        _client = client ?? (() => _own!);
    }

    /// <summary>Asks for what changes nothing.</summary>
    public Task<HttpAnswer> ReadAsync(UrlTemplate url, string target, CancellationToken cancellationToken)
    {
        if (url.Fill(new(target), out var whyNot) is not { } filled) return Task.FromResult(NotSent(whyNot!));
        var call = new HttpCall(HttpMethod.Get, filled, url);
        if (url.HasTarget) return SendAsync(call, cancellationToken);

        // It belongs to all who ask, so nobody's token ends it; its own timeout does.
        return _shared.GetOrAdd(url.Key, _ => new(() => SendAsync(call, CancellationToken.None))).AskAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Waits for a turn, and sends a request.</summary>
    public async Task<HttpAnswer> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        try
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            var most = Phrase.Exact(_options.MaxConcurrency);
            return NotSent($"{call.Name} did not get its turn in time: as many requests as MaxConcurrency ({most}) are under way");
        }

        try
        {
            return await InTurnAsync(call, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    public HttpAnswer NotSent(string trouble) => new() { At = _time.GetUtcNow(), Secrets = _headers, Trouble = trouble };

    public void Dispose()
    {
        _own?.Dispose();
        _slots.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client disposes its handler.")]
    private static HttpClient Own() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = LifeOfConnection,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async Task<HttpAnswer> InTurnAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var answer = new HttpAnswer { At = _time.GetUtcNow(), Secrets = _headers };
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var (header, secrets) = await _credentials.ReadAsync(either.Token).ConfigureAwait(false);
            answer = answer with { Secrets = _headers.And([.. secrets, .. call.Template.Secrets]) };
            using var request = Request(call, header);
            using var response = await _client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            return await ReadAsync(call, response, answer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return answer with
            {
                IsDoubtful = true,
                Trouble = timeout.IsCancellationRequested
                    ? $"{call.Name} was not answered within its Timeout ({Phrase.Exact(_options.Timeout)})"
                    : $"{call.Name} was not answered when the evaluation's time was over",
            };
        }
        catch (ScalingException e)
        {
            return answer with { Trouble = e.Message };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            // Where there never was a connection, nothing was done.
            var isUnsent = e is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError,
            };
            return answer with { IsDoubtful = !isUnsent, Trouble = $"{call.Name} failed: {answer.Secrets.Hide(Phrase.Of(e))}" };
        }
    }

    private HttpRequestMessage Request(HttpCall call, AuthenticationHeaderValue? authorization)
    {
        var request = new HttpRequestMessage(call.Method, call.Url);
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        }

        request.Headers.Authorization = authorization;
        foreach (var (name, value) in _options.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private async Task<HttpAnswer> ReadAsync(
        HttpCall call, HttpResponseMessage response, HttpAnswer answer, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var body = await BodyAsync(response, cancellationToken).ConfigureAwait(false);
        answer = answer with { Status = status, Body = body ?? [] };
        if (!response.IsSuccessStatusCode)
            return answer with { IsDoubtful = status >= 500, Trouble = $"{call.Name} answered {Words(response, answer)}" };
        return body is not null
            ? answer
            : answer with
            {
                IsTooLong = true,
                Trouble = $"{call.Name} answered with more than MaxAnswerBytes ({Phrase.Exact(_options.MaxAnswerBytes)})",
            };
    }

    /// <summary>The answer; <see langword="null"/> if it is too long.</summary>
    private async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[16 * 1024];
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                if (body.Length + read > _options.MaxAnswerBytes) return null;
                body.Write(buffer, 0, read);
            }
        }

        return body.ToArray();
    }

    /// <summary>The status with the server's own words.</summary>
    private static string Words(HttpResponseMessage response, HttpAnswer answer)
    {
        var words = $"{Phrase.Exact((int)response.StatusCode)} ({answer.Secrets.Hide(response.ReasonPhrase ?? "", 80)})";
        if (response.Headers.Location is { } location && (int)response.StatusCode is >= 300 and < 400)
        {
            // Its query may hold a key.
            var to = location.OriginalString.Split('?')[0];
            return $"{words}, which points to '{answer.Secrets.Hide(to, 200)}': redirects are not followed";
        }

        var said = answer.Secrets.Hide(Encoding.UTF8.GetString(answer.Body));
        return said.Length == 0 ? words : $"{words}: {said.TrimEnd('.')}";
    }
}
