using System.Collections.Immutable;

namespace AutoScaling.Tool.Status;

/// <summary>How targets stand, and what is wrong with all of them together.</summary>
internal sealed record StatusReport(ImmutableArray<TargetLine> Targets)
{
    /// <summary>What is wrong with all targets, a sentence each.</summary>
    public ImmutableArray<string> Troubles { get; init; } = [];

    /// <summary>What is to be known of all targets though nothing is wrong, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
