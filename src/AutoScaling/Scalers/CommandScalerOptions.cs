using System.Collections.Immutable;

namespace AutoScaling;

/// <summary>Which programs read and change the count of a target's replicas. Immutable and thread-safe.</summary>
public sealed record CommandScalerOptions
{
    /// <summary>
    /// The program that tells the count of replicas, and its arguments, in which <c>{target}</c> is the target's name. No shell reads them.
    /// </summary>
    /// <value>At least the program. Without <c>{target}</c> it is run once for all targets, and the pointers name the target's
    /// part.</value>
    public required ImmutableArray<string> Replicas { get; init; }

    /// <summary>
    /// The program that changes the count, and its arguments: <c>{target}</c> is the target's name, <c>{replicas}</c> the count to have,
    /// <c>{from}</c> the count that was decided for.
    /// </summary>
    /// <value>At least the program. It ends with exit code 0 when the new count is written.</value>
    public required ImmutableArray<string> Scale { get; init; }

    /// <summary>Where the wanted count stands in the output of <see cref="Replicas"/>, as a JSON pointer (RFC 6901).</summary>
    /// <value><see langword="null"/> by default: the whole output is the number.</value>
    public string? DesiredPointer { get; init; }

    /// <summary>Where the count of replicas that serve stands in that output.</summary>
    /// <value><see langword="null"/> by default: all count as ready. Needs <see cref="DesiredPointer"/>.</value>
    public string? ReadyPointer { get; init; }

    /// <summary>Where the count of replicas that start stands in that output.</summary>
    /// <value><see langword="null"/> by default: those that are not ready count as starting. Needs <see cref="DesiredPointer"/>.</value>
    public string? StartingPointer { get; init; }

    /// <summary>The exit code by which <see cref="Scale"/> says that it found another count than <c>{from}</c>, and changed
    /// nothing.</summary>
    /// <value><see langword="null"/> by default: no code says that. Not 0.</value>
    public int? RejectedExitCode { get; init; }

    /// <summary>How the programs are run.</summary>
    /// <value>4 seconds each and 8 at once by default.</value>
    public CommandOptions Run { get; init; } = CommandOptions.Usual;
}
