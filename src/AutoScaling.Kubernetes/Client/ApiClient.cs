using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AutoScaling.Kubernetes.Connecting;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>Sends requests to the API server: below a rate, each with a time limit, and again if that may help. Thread-safe.</summary>
/// <remarks>
/// Addresses, certificates and tokens are the Kubernetes client's. Requests and answers are not, because its typed lists take thirty times
/// the memory.
/// </remarks>
internal sealed class ApiClient : IDisposable
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");
    private static readonly ProductInfoHeaderValue Agent = new("AutoScaling", typeof(ApiClient).Assembly.GetName().Version?.ToString(3));

    private readonly ClusterConnection _cluster;
    private readonly Uri _server;
    private readonly RequestLimiter _limiter;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _retryTime;
    private readonly Patience _patience = new();
    private readonly Pauses _pauses;
    private readonly Backoff _backoff = new();

    /// <exception cref="ScalingException">
    /// The options break a rule, or name no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public ApiClient(KubernetesOptions options, TimeProvider time)
    {
        if (options.Errors() is { Count: > 0 } errors) throw new ScalingException(errors);
        _cluster = ClusterAddress.Connect(options, time);
        _server = _cluster.Server.AbsoluteUri.EndsWith('/') ? _cluster.Server : new(_cluster.Server.AbsoluteUri + "/");
        _limiter = new(options.RequestsPerSecond, options.Burst, time);
        _time = time;
        _pauses = new(time);
        _timeout = options.RequestTimeout;
        _retryTime = options.RetryTime;
    }

    /// <summary>The namespace of targets that name none.</summary>
    public string DefaultNamespace => _cluster.Namespace;

    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="ApiException">There is no good answer.</exception>
    public Task<T> ReadAsync<T>(ApiCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        RetryAsync(call, null, type, cancellationToken);

    /// <summary>Sends an object, and reads the answer.</summary>
    /// <exception cref="ApiException">There is no good answer.</exception>
    public Task<TAnswer> SendAsync<TBody, TAnswer>(
        ApiCall call, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken) =>
        RetryAsync(call, JsonSerializer.SerializeToUtf8Bytes(body, bodyType), type, cancellationToken);

    /// <summary>
    /// Watches, until the API server ends it, and tells when it begins and what it says. It is not tried again, and has no time limit once
    /// it has begun.
    /// </summary>
    /// <exception cref="ApiException">It did not begin, or broke off.</exception>
    public async Task WatchAsync<T>(
        ApiCall call, JsonTypeInfo<T> type, Action began, Action<T> take, CancellationToken cancellationToken)
    {
        if (_pauses.Left(call) is { Failure: { } asked } pause)
            throw new ApiException(asked.Message, asked.Status) { RetryAfter = pause.Left };
        await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var watch = SendAsync(call, null, FollowAsync, Begin, stop.Token);
            await TranslateAsync(call, _timeout, timeout, watch, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            _pauses.Begin(call, e);
            throw;
        }

        void Begin()
        {
            timeout.CancelAfter(Timeout.InfiniteTimeSpan);
            began();
        }

        async ValueTask<bool> FollowAsync(Stream stream, CancellationToken token)
        {
            var events = JsonSerializer.DeserializeAsyncEnumerable(stream, type, topLevelValues: true, token);
            await foreach (var said in events.ConfigureAwait(false)) take(said ?? throw new JsonException("it is null"));
            return true;
        }
    }

    public void Dispose() => _cluster.Dispose();

    private async Task<T> RetryAsync<T>(ApiCall call, byte[]? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var retryTime = call.RetryTime ?? _retryTime;
        var doubtful = false;
        if (retryTime > TimeSpan.Zero && _pauses.Left(call) is { Failure: { } asked } pause)
        {
            if (pause.Left > retryTime) throw new ApiException(asked.Message, asked.Status) { RetryAfter = pause.Left };
            await Task.Delay(pause.Left, _time, cancellationToken).ConfigureAwait(false);
        }

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

                // Some proxies ask to wait for 0 s. This client waits at least as long as it would have without that.
                wait = _backoff.Next(attempt);
                if (e.RetryAfter > wait) wait = e.RetryAfter.Value;
                if (!e.IsTransient || _time.GetElapsedTime(started) + wait > retryTime)
                {
                    _pauses.Begin(call, e);
                    throw;
                }
            }

            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> TryAsync<T>(ApiCall call, byte[]? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var limit = call.Timeout < _timeout ? call.Timeout.Value : _timeout;
        using var timeout = new CancellationTokenSource(limit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        // Only a question is asked a second time beside the first; a write would be carried out twice.
        var answer = body is null && _retryTime > TimeSpan.Zero
            ? AskAsync(call, type, stop.Token)
            : SendAsync(call, body, Reader(type), null, stop.Token);
        return await TranslateAsync(call, limit, timeout, answer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts into words why there is no answer.</summary>
    private async Task<T> TranslateAsync<T>(
        ApiCall call, TimeSpan limit, CancellationTokenSource timeout, Task<T> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiFailures.OfTimeout(call, limit);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // No connection was opened in the time for that: nobody answers at that address, not even with a refusal.
            var failure = new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e.InnerException);
            throw ApiFailures.OfConnection(_server, failure);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw ApiFailures.OfConnection(_server, e);
        }
    }

    /// <summary>Asks, and asks again beside that whenever no answer begins for a while; the first answer that begins counts.</summary>
    private async Task<T> AskAsync<T>(ApiCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var race = new Race<T>();
        try
        {
            while (true)
            {
                var limit = _patience.For(call);
                var started = _time.GetTimestamp();
                race.Add(began => SendAsync(call, null, Reader(type), began, over.Token));
                if (await race.WaitAsync(Task.Delay(limit, _time, over.Token)).ConfigureAwait(false) is { } first)
                {
                    if (race.Count == 1) _patience.Began(call, _time.GetElapsedTime(started));
                    return await first.ConfigureAwait(false);
                }

                cancellationToken.ThrowIfCancellationRequested();
                _patience.RanOut(call, limit);
                await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends a request, tells when the answer begins, and reads it.</summary>
    private async Task<T> SendAsync<T>(
        ApiCall call, byte[]? body, Func<Stream, CancellationToken, ValueTask<T>> read, Action? began, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_server, call.Path));
        request.Headers.Accept.Add(Json);
        request.Headers.UserAgent.Add(Agent);
        if (call.IsWatch) request.Version = HttpVersion.Version20; // Many of them share a connection, where the API server offers that.
        if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new(call.MediaType) } };

        await ShowCredentialsAsync(request, stop).ConfigureAwait(false);
        var http = call.IsWatch ? _cluster.Watching : _cluster.Asking;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        if (!call.IsWatch) began?.Invoke();
        if (!response.IsSuccessStatusCode) throw await ApiFailures.OfAnswerAsync(call, response, stop).ConfigureAwait(false);
        if (call.IsWatch) began?.Invoke();
        var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await read(stream, stop).ConfigureAwait(false);
        }
    }

    private static Func<Stream, CancellationToken, ValueTask<T>> Reader<T>(JsonTypeInfo<T> type) => async (stream, stop) =>
        await JsonSerializer.DeserializeAsync(stream, type, stop).ConfigureAwait(false) ?? throw new JsonException("it is null");

    private async Task ShowCredentialsAsync(HttpRequestMessage request, CancellationToken stop)
    {
        if (_cluster.Credentials is not { } credentials) return;
        try
        {
            await credentials.ProcessHttpRequestAsync(request, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ScalingException && !(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            // All types of exceptions, because a program named by the kubeconfig, or a server of tokens, can fail in any way.
            throw ApiFailures.OfCredentials(e);
        }
    }
}
