using AutoScaling.Answers;
using AutoScaling.Http;

namespace AutoScaling;

/// <summary>A metric that a server tells: the length of a queue in the answer of a broker's API. Immutable and thread-safe.</summary>
public sealed record HttpMetric
{
    /// <summary>The metric's name, as policies use it.</summary>
    /// <value>Not empty, and without <c>@</c>, which names a source.</value>
    public required string Name { get; init; }

    /// <summary>
    /// The URL that tells it, by GET; <c>{target}</c> in its path or query is the target's name, escaped. Metrics with the same URL share
    /// one request, and so do all targets if it has no <c>{target}</c>.
    /// </summary>
    /// <value>Begins with http:// or https://, and has no user and password.</value>
    public required string Url { get; init; }

    /// <summary>Where the value stands in the answer, as a JSON pointer (RFC 6901) that may hold <c>{target}</c>.</summary>
    /// <value><see langword="null"/> by default: the whole answer is the number.</value>
    public string? ValuePointer { get; init; }

    /// <summary>
    /// Where the time stands at which the value was measured, as a JSON pointer: ISO 8601, or the seconds or milliseconds since 1970.
    /// </summary>
    /// <value><see langword="null"/> by default: it is measured when it is asked for.</value>
    public string? TimePointer { get; init; }

    /// <summary>What the value is multiplied by, to give it the unit that policies use: 100 makes a percentage of a ratio.</summary>
    /// <value>1 by default; a finite number other than 0.</value>
    public double Factor { get; init; } = 1;

    /// <summary>The name: the URL may hold a key.</summary>
    public override string ToString() => Name;

    /// <summary>The settings as they are used.</summary>
    /// <exception cref="ScalingException">One breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    internal (UrlTemplate Url, MetricPlace Place) Parse() => (
        UrlTemplate.Parse(nameof(Url), Url, scales: false),
        MetricPlace.Parse(Name, ValuePointer, TimePointer, Factor));
}
