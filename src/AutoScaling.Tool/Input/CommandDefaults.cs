namespace AutoScaling.Tool.Input;

/// <summary>What a program that has the commands is called, and what it takes where a user names no file.</summary>
internal sealed record CommandDefaults
{
    /// <summary>How a user starts the program.</summary>
    public string Program { get; init; } = "autoscaling";

    /// <summary>The policies of a backtest, beside the program; <see langword="null"/> if there are none.</summary>
    public string? BacktestPolicies { get; init; }

    /// <summary>The policies of a lint, beside the program; <see langword="null"/> if there are none.</summary>
    public string? LintPolicies { get; init; }

    /// <summary>The folder with loads, beside the program; <see langword="null"/> if there is none.</summary>
    public string? Loads { get; init; }

    /// <summary>The decision log that a run leaves; <see langword="null"/> if there is none.</summary>
    public string? Log { get; init; }

    /// <summary>What a description says of a default.</summary>
    public static string Said(string? beside) => beside is null ? "" : $" [default: the {beside} beside the program]";
}
