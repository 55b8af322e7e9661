using System.Collections.Concurrent;
using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>
/// What cannot be watched, because it is not allowed, or because something between here and the API server does not let it through. It is
/// listed instead, and watching is tried again later. Thread-safe.
/// </summary>
internal sealed class WatchRefusals(TimeProvider time, ILogger log)
{
    // Rights that somebody adds are found after this time.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private const int MostDoublings = 10;

    // An API server that is away for a moment is no news.
    private const int Unsaid = 2;

    private readonly ConcurrentDictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);

    /// <summary>Whether asking again soon is of no use.</summary>
    public static bool IsFinal(ApiException? failure) => failure?.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound
        or HttpStatusCode.MethodNotAllowed or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity;

    /// <summary>Whether it may be tried now.</summary>
    public bool Allow(ApiCall watch) =>
        _refusals.IsEmpty || !_refusals.TryGetValue(Key(watch), out var refusal) || time.GetElapsedTime(refusal.Since) >= refusal.Wait;

    /// <summary>Notes that a watch lasted.</summary>
    public void Forget(ApiCall watch)
    {
        if (!_refusals.IsEmpty) _refusals.TryRemove(Key(watch), out _);
    }

    /// <summary>Notes that a watch was refused, or ended again and again as soon as it had begun.</summary>
    public void Add(ApiCall watch, ApiException failure)
    {
        var key = Key(watch);
        var before = _refusals.GetValueOrDefault(key);
        var times = (before?.Times ?? 0) + 1;
        var isFinal = IsFinal(failure);
        var wait = isFinal ? Longest : First * (1L << Math.Min(times, MostDoublings));
        var isSaid = isFinal || times > Unsaid;
        _refusals[key] = new(time.GetTimestamp(), wait < Longest ? wait : Longest, times, isSaid);
        if (!isSaid || before?.IsSaid == true) return;
        var where = watch.Namespace is { } space ? $"namespace '{space}'" : "all namespaces";
        Log.NotWatched(log, watch.Resource.Plural, where, failure.Message);
    }

    // Without the query, so that all watches of a kind and namespace count as one.
    private static string Key(ApiCall watch) => (watch with { Query = null }).Path;

    private sealed record Refusal(long Since, TimeSpan Wait, int Times, bool IsSaid);
}
