using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using AutoScaling.Primitives;
using AutoScaling.Prometheus.Primitives;
using Polly.CircuitBreaker;

namespace AutoScaling.Prometheus.Client;

/// <summary>Asks one server. Thread-safe.</summary>
/// <param name="options">How it is reached.</param>
/// <param name="clients">Gives the HTTP client.</param>
/// <param name="time">The clock.</param>
internal sealed class QueryClient(PrometheusOptions options, Func<HttpClient> clients, TimeProvider time) : IDisposable
{
    // 10,000 series are 1 to 3 MB.
    private const int MostBytes = 64 << 20;
    private const int MostErrorBytes = 16 << 10;

    private readonly SemaphoreSlim _places = new(options.MaxConcurrency);
    private readonly Credentials _credentials = new(options, time);
    private readonly Uri _address = Address(options);

    // Some proxies let only GET through; the server has said so.
    private volatile bool _mustGet;

    /// <summary>Asks for the value of an expression now.</summary>
    /// <param name="query">The expression.</param>
    /// <param name="shape">What of the answer is looked at.</param>
    /// <param name="last">The answer to the same query before.</param>
    /// <param name="stopping">Ends the query without an answer.</param>
    /// <exception cref="PrometheusException">There is no answer.</exception>
    public async Task<Answer> QueryAsync(string query, AnswerShape shape, Answer? last, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(options.QueryTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        var ends = time.GetUtcNow() + options.QueryTimeout;
        try
        {
            await _places.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                return await AskAsync(query, shape, last, ends, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception e) when (timeout.IsCancellationRequested && e is not PrometheusException)
        {
            throw new PrometheusException($"the server did not answer within {Phrase.Exact(options.QueryTimeout)}", e);
        }
        catch (BrokenCircuitException e)
        {
            throw new PrometheusException(
                $"the server at {_address.Authority} has failed so often that it is left alone for some seconds",
                e);
        }
        catch (HttpRequestException e)
        {
            throw new PrometheusException($"the server at {_address.Authority} cannot be reached: {Innermost(e)}", e);
        }
        catch (IOException e)
        {
            throw new PrometheusException($"the answer of the server at {_address.Authority} broke off: {Innermost(e)}", e);
        }
        catch (Exception e) when (e is not (PrometheusException or OperationCanceledException))
        {
            // The resilience of the client, which people may set up otherwise.
            var said = ErrorBody.OneLine(_credentials.Hide(e.Message));
            throw new PrometheusException($"the server at {_address.Authority} was not asked: {said}", e);
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<Answer> AskAsync(string query, AnswerShape shape, Answer? last, DateTimeOffset ends, CancellationToken stop)
    {
        var askedAt = time.GetUtcNow();
        using var response = await SendAsync(query, ends, stop).ConfigureAwait(false);
        var isGood = response.StatusCode == HttpStatusCode.OK;
        var (body, length) = await BodyAsync(response.Content, isGood ? MostBytes : MostErrorBytes, stop).ConfigureAwait(false);
        try
        {
            if (!isGood)
                throw ErrorBody.Explain(response.StatusCode, body.AsSpan(0, length), _credentials.Hide, Waiting.Asked(response, time));
            if (length >= MostBytes)
                throw new PrometheusException($"the answer has more than {MostBytes >> 20} MiB: ask for fewer labels, as in sum by (...)");
            var answer = AnswerReader.Read(body.AsSpan(0, length), shape, last, askedAt);
            return answer.Warning is null ? answer : Seemly(answer);
        }
        catch (JsonException e)
        {
            var type = response.Content.Headers.ContentType?.MediaType ?? "no type";
            throw new PrometheusException($"the server's answer ({type}) is none of Prometheus, so look at Url", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private Answer Seemly(Answer answer)
    {
        answer.Warning = ErrorBody.OneLine(_credentials.Hide(answer.Warning!));
        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(string query, DateTimeOffset ends, CancellationToken stop)
    {
        var isGet = _mustGet;
        var response = await SendAsync(query, isGet, ends, stop).ConfigureAwait(false);
        if (isGet || response.StatusCode is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented)) return response;
        response.Dispose();
        _mustGet = true;
        return await SendAsync(query, isGet: true, ends, stop).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(string query, bool isGet, DateTimeOffset ends, CancellationToken stop)
    {
        var more = _address.Query.Length > 0 ? "&" : "?";
        using var request = isGet
            ? new HttpRequestMessage(HttpMethod.Get, new Uri($"{_address}{more}query={Uri.EscapeDataString(query)}"))
            : new HttpRequestMessage(HttpMethod.Post, _address) { Content = new FormUrlEncodedContent([new("query", query)]) };
        foreach (var (name, value) in options.Headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = _credentials.Header();
        request.Options.Set(Waiting.Ends, ends);
        return await Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
    }

    // Connections are made anew every few minutes, and with them the certificates are read.
    private HttpClient Client()
    {
        try
        {
            return clients();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new PrometheusException($"a certificate or its key cannot be read: {ErrorBody.OneLine(e.Message)}", e);
        }
    }

    private static async Task<(byte[] Body, int Length)> BodyAsync(HttpContent content, int most, CancellationToken stop)
    {
        var stream = await content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var expected = content.Headers.ContentLength is > 0 and var known && known < most ? (int)known + 1 : 64 << 10;
            var body = ArrayPool<byte>.Shared.Rent(expected);
            var length = 0;
            while (length < most)
            {
                if (length == body.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(2 * length, most));
                    body.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(body);
                    body = larger;
                }

                var read = await stream.ReadAsync(body.AsMemory(length), stop).ConfigureAwait(false);
                if (read == 0) break;
                length += read;
            }

            return (body, Math.Min(length, most));
        }
    }

    private static Uri Address(PrometheusOptions options)
    {
        var parameters = options.Parameters.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}");
        return new UriBuilder(options.Url!)
        {
            Path = options.Url!.AbsolutePath.TrimEnd('/') + "/api/v1/query",
            Query = string.Join('&', parameters),
        }.Uri;
    }

    private static string Innermost(Exception e)
    {
        var inner = e;
        while (inner.InnerException is not null && inner is not AuthenticationException) inner = inner.InnerException;
        return ErrorBody.OneLine(inner.Message);
    }
}
