using Orleans;

namespace AutoScaling.Orleans.Saving;

/// <summary>What is remembered of a target, as it is in the grain storage.</summary>
[GenerateSerializer]
[Alias("AutoScaling.SavedState")]
internal sealed class SavedState
{
    /// <summary>The state as JSON.</summary>
    [Id(0)]
    public string? Json { get; set; }
}
