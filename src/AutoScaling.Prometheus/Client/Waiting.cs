using System.Net;
using Microsoft.Extensions.Http.Resilience;

namespace AutoScaling.Prometheus.Client;

/// <summary>
/// When a query is asked once more: if the server has too much to do (429, 503), and would be asked again before the query's time is over.
/// </summary>
internal static class Waiting
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(250);

    /// <summary>Until when a request is of use.</summary>
    public static HttpRequestOptionsKey<DateTimeOffset> Ends { get; } = new("AutoScaling.Prometheus.Ends");

    /// <summary>How long a server asks to wait; <see langword="null"/> if it does not say.</summary>
    public static TimeSpan? Asked(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };

    /// <summary>The standard resilience, as a source of readings needs it.</summary>
    public static void Configure(HttpStandardResilienceOptions options, TimeProvider time)
    {
        // A query has its own deadline, which also covers the body, and its own limit of queries at once.
        options.AttemptTimeout.Timeout = options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(30);
        options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = int.MaxValue;
        options.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(1);
        options.Retry.MaxRetryAttempts = 1;
        options.Retry.ShouldRetryAfterHeader = false;
        options.Retry.ShouldHandle = args => new(args.Outcome.Result is { } response && IsWorthIt(response, time));
        options.Retry.DelayGenerator = args => new(args.Outcome.Result is { } response ? Asked(response, time) ?? Usual : Usual);
    }

    private static bool IsWorthIt(HttpResponseMessage response, TimeProvider time) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        && response.RequestMessage?.Options.TryGetValue(Ends, out var ends) == true
        && time.GetUtcNow() + (Asked(response, time) ?? Usual) < ends;
}
