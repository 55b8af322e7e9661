using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>The name of a metric, with the name of the source that is asked for it.</summary>
/// <remarks>Written <c>cpu</c> (from the default source) or <c>queue@orders</c> (from the source registered as <c>orders</c>).</remarks>
[JsonConverter(typeof(MetricRefConverter))]
public sealed record MetricRef
{
    /// <summary>The CPU use of a target: percent of what its replicas requested, averaged over them.</summary>
    public static readonly MetricRef Cpu = new("cpu");

    /// <summary>The memory use of a target: percent of what its replicas requested, averaged over them.</summary>
    public static readonly MetricRef Memory = new("memory");

    /// <summary>The requests that a target receives per second, over all its replicas.</summary>
    public static readonly MetricRef RequestRate = new("request_rate");

    /// <summary>Creates a reference.</summary>
    /// <param name="name">The metric's name, not empty.</param>
    /// <param name="source">The source's registered name; <see langword="null"/> for the default source.</param>
    /// <exception cref="ScalingException">A name is empty, or holds what cannot be seen
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public MetricRef(string name, string? source = null)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw ScalingException.Invalid($"Metric must be a name, optionally followed by '@' and a source, but is '{name}'.");
        if (source is not null && string.IsNullOrWhiteSpace(source))
            throw ScalingException.Invalid($"Metric must name a source after '@', but is '{name}@{source}'.");
        Name = Invisible.Refuse(name, "Metric");
        Source = source is null ? null : Invisible.Refuse(source, "Metric");
    }

    /// <summary>The metric's name.</summary>
    public string Name { get; }

    /// <summary>The source's registered name; <see langword="null"/> for the default source.</summary>
    public string? Source { get; }

    /// <summary>Reads <c>name</c> or <c>name@source</c>.</summary>
    /// <param name="text">The text to read.</param>
    /// <exception cref="ScalingException">A name is empty, or holds what cannot be seen
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static MetricRef Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.LastIndexOf('@');
        return at < 0 ? new(text) : new(text[..at], text[(at + 1)..]);
    }

    /// <summary>Reads <c>name</c> or <c>name@source</c>.</summary>
    /// <param name="text">The text to read.</param>
    public static implicit operator MetricRef(string text) => Parse(text);

    /// <summary>The reference as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Source is null ? Name : $"{Name}@{Source}";
}
