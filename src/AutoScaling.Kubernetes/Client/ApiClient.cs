using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AutoScaling.Kubernetes;

/// <summary>Sends requests to the API server: below a rate, each with a time limit, and again if it is worth it. Thread-safe.</summary>
/// <remarks>Addresses, certificates and tokens are the Kubernetes client's; requests and answers are our own, since its typed lists cost thirty times the memory.</remarks>
internal sealed class ApiClient : IDisposable
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");
    private static readonly ProductInfoHeaderValue Agent = new("AutoScaling", typeof(ApiClient).Assembly.GetName().Version?.ToString(3));

    private readonly k8s.Kubernetes _client;
    private readonly Uri _server;
    private readonly RequestLimiter _limiter;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _retryTime;

    /// <exception cref="ScalingException">The options break a rule, or name no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public ApiClient(KubernetesOptions options, TimeProvider time)
    {
        if (options.Errors() is { Count: > 0 } errors) throw new ScalingException(errors);
        (_client, DefaultNamespace) = ClusterAddress.Connect(options, time);
        _server = _client.BaseUri.AbsoluteUri.EndsWith('/') ? _client.BaseUri : new(_client.BaseUri.AbsoluteUri + "/");
        _limiter = new(options.RequestsPerSecond, options.Burst, time);
        _time = time;
        _timeout = options.RequestTimeout;
        _retryTime = options.RetryTime;
    }

    /// <summary>The namespace of targets that name none.</summary>
    public string DefaultNamespace { get; }

    /// <summary>The Kubernetes client, for what is not asked here.</summary>
    public k8s.Kubernetes Client => _client;

    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="ApiException">There is no good answer.</exception>
    public Task<T> ReadAsync<T>(ApiCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        RetryAsync(call, null, type, cancellationToken);

    /// <summary>Sends an object, and reads the answer.</summary>
    /// <exception cref="ApiException">There is no good answer.</exception>
    public Task<TAnswer> SendAsync<TBody, TAnswer>(ApiCall call, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken) =>
        RetryAsync(call, JsonSerializer.SerializeToUtf8Bytes(body, bodyType), type, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<T> RetryAsync<T>(ApiCall call, byte[]? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var doubtful = false;
        for (var attempt = 1; ; attempt++)
        {
            await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
            TimeSpan wait;
            try
            {
                return await TryAsync(call, body, type, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e)
            {
                e.WasDoubtful = doubtful;
                doubtful |= e.IsDoubtful;

                // Being asked to wait for 0 s, as by some proxies, is no leave to ask as fast as one can.
                wait = Backoff.Of(attempt);
                if (e.RetryAfter > wait) wait = e.RetryAfter.Value;
                if (!e.IsTransient || _time.GetElapsedTime(started) + wait > _retryTime) throw;
            }

            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> TryAsync<T>(ApiCall call, byte[]? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(call.Method, new Uri(_server, call.Path));
            request.Headers.Accept.Add(Json);
            request.Headers.UserAgent.Add(Agent);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new(call.Method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
            }

            if (_client.Credentials is { } credentials) await credentials.ProcessHttpRequestAsync(request, stop.Token).ConfigureAwait(false);
            using var response = await _client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw await ApiFailures.OfAnswerAsync(call, response, stop.Token).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync(stream, type, stop.Token).ConfigureAwait(false) ?? throw new JsonException("it is null");
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiFailures.OfTimeout(call, _timeout);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw ApiFailures.OfConnection(_server, e);
        }
    }
}
