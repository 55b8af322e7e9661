namespace AutoScaling.AspNetCore.Wire;

/// <summary>A part of the list of targets, and what holds for all of them.</summary>
internal sealed record ListView
{
    public required DateTimeOffset At { get; init; }

    public required HostView Host { get; init; }

    /// <summary>When anything was evaluated last.</summary>
    public DateTimeOffset? EvaluatedAt { get; init; }

    /// <summary>How many replicas of all targets are ready.</summary>
    public required long Ready { get; init; }

    /// <summary>How many replicas all targets together want.</summary>
    public required long Wanted { get; init; }

    /// <summary>How many targets there are.</summary>
    public required int Total { get; init; }

    /// <summary>How many of them search and filter let through.</summary>
    public required int Matching { get; init; }

    /// <summary>The place of the first row among those.</summary>
    public required int Offset { get; init; }

    /// <summary>How many targets there are of each standing.</summary>
    public required Dictionary<string, int> Counts { get; init; }

    /// <summary>What is wrong with all of them, one sentence each.</summary>
    public required IReadOnlyList<string> Troubles { get; init; }

    public LeadershipStatus? Leadership { get; init; }

    public required IReadOnlyList<Row> Rows { get; init; }
}

/// <summary>What is told of the host on every page.</summary>
internal sealed record HostView
{
    public required string Title { get; init; }

    public required string Version { get; init; }

    /// <summary>Where the page leads back to; <see langword="null"/>: nowhere.</summary>
    public string? Home { get; init; }
}

/// <summary>One target in the list.</summary>
internal record Row
{
    public required string Name { get; init; }

    public required string Standing { get; init; }

    public int? Ready { get; init; }

    public int? Desired { get; init; }

    public int? Wanted { get; init; }

    public required int Min { get; init; }

    public required int Max { get; init; }

    public required IReadOnlyList<ReadingView> Readings { get; init; }

    /// <summary>The last decision, or what went wrong, in words.</summary>
    public required string Said { get; init; }

    /// <summary>What holds it back, in words; <see langword="null"/> if nothing does.</summary>
    public string? HeldBack { get; init; }

    /// <summary>Until when, if time alone ends it.</summary>
    public DateTimeOffset? Until { get; init; }

    public DateTimeOffset? EvaluatedAt { get; init; }

    /// <summary>The replicas that were wanted lately, oldest first.</summary>
    public required IReadOnlyList<int> Spark { get; init; }
}

/// <summary>A reading beside its target.</summary>
internal sealed record ReadingView
{
    public required string Metric { get; init; }

    public double? Value { get; init; }

    /// <summary>The value that a rule keeps it at.</summary>
    public double? Target { get; init; }

    /// <summary>Why there is no value.</summary>
    public string? Missing { get; init; }
}

/// <summary>One target with all that is shown of it.</summary>
internal sealed record TargetView : Row
{
    public required HostView Host { get; init; }

    public required DateTimeOffset At { get; init; }

    public required bool CanControl { get; init; }

    public required bool Enabled { get; init; }

    public required string Mode { get; init; }

    public DateTimeOffset? NextAt { get; init; }

    /// <summary>What a person, or the policy, says before all metrics, as a sentence.</summary>
    public string? Override { get; init; }

    public string? Warning { get; init; }

    /// <summary>What each rule said, in words.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    public required IReadOnlyList<ShadowView> Shadows { get; init; }

    public required IReadOnlyList<PointView> Points { get; init; }

    public required IReadOnlyList<string> Metrics { get; init; }

    public required IReadOnlyList<double?> Targets { get; init; }
}

/// <summary>How a candidate stands.</summary>
internal sealed record ShadowView
{
    public required string Name { get; init; }

    public int? Wanted { get; init; }

    public required int Decisions { get; init; }

    public required int Differences { get; init; }

    public string? Said { get; init; }
}

/// <summary>One evaluation in the plots.</summary>
internal sealed record PointView
{
    public required DateTimeOffset At { get; init; }

    public required int Ready { get; init; }

    public required int Wanted { get; init; }

    /// <summary>What the rules asked for before any guard.</summary>
    public int? Asked { get; init; }

    public required int Min { get; init; }

    public required int Max { get; init; }

    public required IReadOnlyList<double?> Values { get; init; }

    /// <summary>If it scaled, or failed: from which count.</summary>
    public int? From { get; init; }

    /// <summary>Why, in words; <see langword="null"/> where nothing happened.</summary>
    public string? Said { get; init; }

    public bool Failed { get; init; }
}
