using System.Collections.Immutable;
using AutoScaling.Answers;
using AutoScaling.Commands;

namespace AutoScaling;

/// <summary>A metric that a program tells: the length of a queue by <c>redis-cli LLEN</c>. Immutable and thread-safe.</summary>
public sealed record CommandMetric
{
    /// <summary>The metric's name, as policies use it.</summary>
    /// <value>Not empty, and without <c>@</c>, which names a source.</value>
    public required string Name { get; init; }

    /// <summary>
    /// The program and its arguments, in which <c>{target}</c> is the target's name. No shell reads them. Metrics with the same command
    /// share one run, and so do all targets if it has no <c>{target}</c>.
    /// </summary>
    /// <value>At least the program.</value>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Where the value stands in the program's output, as a JSON pointer (RFC 6901) that may hold <c>{target}</c>.</summary>
    /// <value><see langword="null"/> by default: the whole output is the number.</value>
    public string? ValuePointer { get; init; }

    /// <summary>
    /// Where the time stands at which the value was measured, as a JSON pointer: ISO 8601, or the seconds or milliseconds since 1970.
    /// </summary>
    /// <value><see langword="null"/> by default: it is measured when it is asked for.</value>
    public string? TimePointer { get; init; }

    /// <summary>What the value is multiplied by, to give it the unit that policies use: 100 makes a percentage of a ratio.</summary>
    /// <value>1 by default; a finite number other than 0.</value>
    public double Factor { get; init; } = 1;

    /// <summary>The settings as they are used.</summary>
    /// <exception cref="ScalingException">One breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    internal (CommandLine Command, MetricPlace Place) Parse() => (
        CommandLine.Parse(nameof(Command), Command, scales: false),
        MetricPlace.Parse(Name, ValuePointer, TimePointer, Factor));
}
