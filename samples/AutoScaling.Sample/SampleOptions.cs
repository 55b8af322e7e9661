namespace AutoScaling.Sample;

/// <summary>What the user asked for, checked.</summary>
internal sealed record SampleOptions
{
    public static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(60);
    public const string DefaultOutput = "autoscaling-sample-output";

    /// <summary>How long the run is.</summary>
    public TimeSpan Duration { get; init; } = DefaultDuration;

    /// <summary>The trace to play; <see langword="null"/> for the built-in profile.</summary>
    public string? LoadFile { get; init; }

    /// <summary>How much faster than recorded the trace is played; <see langword="null"/> for as recorded.</summary>
    public double? SpeedUp { get; init; }

    /// <summary>The highest load of the run, in jobs per second; <see langword="null"/> for the load's own.</summary>
    public double? Peak { get; init; }

    /// <summary>The policy file; <see langword="null"/> for the sample's own.</summary>
    public string? PolicyFile { get; init; }

    /// <summary>Made-up metrics and a scaler that only counts, instead of processes.</summary>
    public bool Simulated { get; init; }

    /// <summary>The folder for what the run writes.</summary>
    public string Output { get; init; } = DefaultOutput;

    /// <summary>What chance starts from.</summary>
    public int Seed { get; init; } = 1;
}
