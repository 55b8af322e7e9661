using System.Text.Json.Serialization.Metadata;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>What all lists and watches of a cluster are read with.</summary>
/// <param name="Api">Asks the API server.</param>
/// <param name="MaxAge">How old a list may be.</param>
/// <param name="Time">The clock.</param>
/// <param name="Refusals">What cannot be watched.</param>
/// <param name="Stopping">Ends what is under way.</param>
internal sealed record ReadingContext(
    ApiClient Api, TimeSpan MaxAge, TimeProvider Time, WatchRefusals Refusals, CancellationToken Stopping);

/// <summary>Which things are listed and watched, and how they are read.</summary>
/// <param name="Call">The list.</param>
/// <param name="ListType">How its pages are read.</param>
/// <param name="EventType">How changes are read.</param>
internal sealed record Watchable<TItem, T>(
    ApiCall Call, JsonTypeInfo<ApiList<TItem, T>> ListType, JsonTypeInfo<WatchEvent<TItem>> EventType)
    where TItem : class, IApiObject
    where T : class, INamed, IKept<TItem, T>;
