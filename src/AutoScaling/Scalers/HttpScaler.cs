using AutoScaling.Answers;
using AutoScaling.Http;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Scales by a server's API: the count is read by GET, and changed by a request of your own. Thread-safe.</summary>
/// <remarks>
/// Before it scales, the count is read once more: another one than was decided for is <see cref="ScaleOutcomeKind.Rejected"/>, and nothing
/// is sent. So are the answers 409 and 412, by which a server says that it found another count. Other answers than 2xx have failed; after
/// 500 and more, a timeout, or a connection that broke, it may have scaled all the same (<see cref="ScaleOutcome.IsDoubtful"/>). Redirects
/// are not followed.
/// </remarks>
public sealed class HttpScaler : IScaler, IDisposable
{
    private const int Conflict = 409;
    private const int PreconditionFailed = 412;

    private readonly UrlTemplate _replicas;
    private readonly UrlTemplate _scale;
    private readonly HttpMethod _method;
    private readonly BodyTemplate? _body;
    private readonly ReplicaPointers _pointers;
    private readonly HttpCaller _caller;

    /// <summary>Creates a scaler.</summary>
    /// <param name="options">Which requests it sends.</param>
    /// <param name="time">The clock for timeouts.</param>
    /// <param name="client">
    /// Gives the client of each request, such as one of <c>IHttpClientFactory</c>; by default the scaler has one of its own, which follows
    /// no redirect.
    /// </param>
    /// <exception cref="ScalingException">A setting breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public HttpScaler(HttpScalerOptions options, TimeProvider time, Func<HttpClient>? client = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _replicas = UrlTemplate.Parse(nameof(options.ReplicasUrl), options.ReplicasUrl, scales: false);
        _scale = UrlTemplate.Parse(nameof(options.ScaleUrl), options.ScaleUrl, scales: true);
        _method = Credentials.IsToken(options.ScaleMethod)
            ? HttpMethod.Parse(options.ScaleMethod)
            : throw Bounds.Broken(nameof(options.ScaleMethod), "a method such as PUT or POST", options.ScaleMethod);
        _body = BodyTemplate.Parse(options.ScaleBody, options.ScaleContentType);
        _pointers = ReplicaPointers.Parse(options.DesiredPointer, options.ReadyPointer, options.StartingPointer);
        _caller = new(options.Http, time, client);
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">
    /// The name would be a folder of a URL (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public string Identify(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _replicas.Fill(new(target.Name), out var whyNot);
        if (whyNot is null) _scale.Fill(new(target.Name, 0, 0), out whyNot);
        return CheckedScaling.Identify(target, "scaled by a URL", whyNot);
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">The count cannot be read (<see cref="ScalingErrorKind.ScalingFailed"/>).</exception>
    public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        return CheckedScaling.ReplicasAsync(ReadAsync(target, cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is negative.</exception>
    public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(to);
        return CheckedScaling.ScaleAsync(ReadAsync(target, cancellationToken), from, () => WriteAsync(target, from, to, cancellationToken));
    }

    /// <summary>Closes the connections of its own client.</summary>
    public void Dispose() => _caller.Dispose();

    private async Task<Found<ReplicaStatus>> ReadAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        var answer = await _caller.ReadAsync(_replicas, target.Name, cancellationToken).ConfigureAwait(false);
        if (answer.Trouble is { } trouble) return Found<ReplicaStatus>.None($"the count cannot be read: {trouble}");
        using var text = new AnswerText(answer.Body, _pointers.IsJson, answer.Secrets);
        var found = _pointers.Read(text, target.Name);
        return found.WhyNot is { } why
            ? Found<ReplicaStatus>.None($"the count cannot be read of what '{_replicas.Shown}' answered: {why}")
            : found;
    }

    private async Task<ScaleOutcome> WriteAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        var filling = new Filling(target.Name, to, from);
        if (_scale.Fill(filling, out var whyNot) is not { } url) return ScaleOutcome.Failed(whyNot!);
        var call = new HttpCall(_method, url, _scale, _body?.Fill(filling), _body?.ContentType);
        var answer = await _caller.SendAsync(call, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            // It has scaled; that its answer was long is nobody's concern.
            { Trouble: null } or { IsTooLong: true } => ScaleOutcome.Applied,
            { Status: Conflict or PreconditionFailed } => ScaleOutcome.Rejected(answer.Trouble),
            { IsDoubtful: true } => ScaleOutcome.Doubtful(answer.Trouble),
            _ => ScaleOutcome.Failed(answer.Trouble),
        };
    }
}
