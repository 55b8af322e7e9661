using Orleans;

namespace AutoScaling.Orleans.Grains;

/// <summary>What a bucket answers: JSON, or what the call threw.</summary>
[GenerateSerializer]
[Immutable]
[Alias("AutoScaling.BucketAnswer")]
internal sealed class BucketAnswer
{
    /// <summary>What is answered; <see langword="null"/> if nothing is.</summary>
    [Id(0)]
    public byte[]? Json { get; init; }

    /// <summary>What kind of failure; <see langword="null"/> if there is none.</summary>
    [Id(1)]
    public int? Kind { get; init; }

    /// <summary>The failure, a sentence each.</summary>
    [Id(2)]
    public string[] Errors { get; init; } = [];

    /// <summary>The silo that has answered.</summary>
    [Id(3)]
    public string Silo { get; init; } = "";

    /// <summary>The failure as it was thrown; <see langword="null"/> if there is none.</summary>
    public ScalingException? Failure => Kind is not { } kind ? null
        : Errors.Length == 1 ? new((ScalingErrorKind)kind, Errors[0])
        : new(Errors);

    public static BucketAnswer Of(ScalingException e, string silo) => new() { Silo = silo, Kind = (int)e.Kind, Errors = [.. e.Errors] };
}
