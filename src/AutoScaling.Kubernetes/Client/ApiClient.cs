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
    private readonly Patience _patience = new();

    /// <exception cref="ScalingException">The options break a rule, or name no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public ApiClient(KubernetesOptions options, TimeProvider time)
    {
        if (options.Errors() is { Count: > 0 } errors) throw new ScalingException(errors);
        (_client, DefaultNamespace) = ClusterAddress.Connect(options, time);

        // Its own 100 s would end longer requests, and look like a connection that did not come about.
        _client.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        _server = _client.BaseUri.AbsoluteUri.EndsWith('/') ? _client.BaseUri : new(_client.BaseUri.AbsoluteUri + "/");
        _limiter = new(options.RequestsPerSecond, options.Burst, time);
        _time = time;
        _timeout = options.RequestTimeout;
        _retryTime = options.RetryTime;
    }

    /// <summary>The namespace of targets that name none.</summary>
    public string DefaultNamespace { get; }

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
        // What is not tried again, and what may have done something, has nothing to gain from an early end.
        var whole = call.Timeout < _timeout ? call.Timeout.Value : _timeout;
        var patience = body is null && _retryTime > TimeSpan.Zero ? _patience : null;
        var limit = patience?.For(call, whole) ?? whole;
        var started = _time.GetTimestamp();
        using var timeout = new CancellationTokenSource(limit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(call.Method, new Uri(_server, call.Path));
            request.Headers.Accept.Add(Json);
            request.Headers.UserAgent.Add(Agent);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new("application/json");
            }

            await ShowCredentialsAsync(request, stop.Token).ConfigureAwait(false);
            using var response = await _client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            if (patience is not null)
            {
                var took = _time.GetElapsedTime(started);
                patience.Began(call, took);
                (patience, limit) = (null, whole);
                timeout.CancelAfter(took < whole ? whole - took : TimeSpan.Zero);
            }

            if (!response.IsSuccessStatusCode) throw await ApiFailures.OfAnswerAsync(call, response, stop.Token).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync(stream, type, stop.Token).ConfigureAwait(false) ?? throw new JsonException("it is null");
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            patience?.RanOut(call, limit);
            throw ApiFailures.OfTimeout(call, limit);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // The time for connecting is over: nobody answers there, not even with a refusal.
            throw ApiFailures.OfConnection(_server, new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e.InnerException));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw ApiFailures.OfConnection(_server, e);
        }
    }

    private async Task ShowCredentialsAsync(HttpRequestMessage request, CancellationToken stop)
    {
        if (_client.Credentials is not { } credentials) return;
        try
        {
            await credentials.ProcessHttpRequestAsync(request, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ScalingException && !(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            // A program of the kubeconfig, or a server that gives out tokens: what the client throws for them is of many types.
            throw ApiFailures.OfCredentials(e);
        }
    }
}
