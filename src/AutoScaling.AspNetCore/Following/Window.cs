using AutoScaling.Primitives;

namespace AutoScaling.AspNetCore.Following;

/// <summary>Which part of the list somebody looks at.</summary>
internal sealed record Window
{
    private const int Usual = 100;
    private const int Most = 1000;

    public string? Search { get; private init; }

    public Standing? Standing { get; private init; }

    public int Offset { get; private init; }

    public int Limit { get; private init; }

    /// <summary>Reads it from a query.</summary>
    /// <exception cref="ScalingException">Something breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static Window Of(string? search, string? standing, int? offset, int? limit) => new()
    {
        Search = search?.Trim(),
        Standing = Standings.Read(standing),
        Offset = Bounds.Count.Check(offset ?? 0, nameof(Offset)),
        Limit = new Bounds<int>(1, Most).Check(limit ?? Usual, nameof(Limit)),
    };
}
