namespace AutoScaling.Tool.Findings;

/// <summary>How bad it is, what was found.</summary>
internal enum FindingLevel
{
    /// <summary>Something to know.</summary>
    Note,

    /// <summary>Allowed, and rarely meant; or left out.</summary>
    Warning,

    /// <summary>It cannot be read.</summary>
    Error,
}

/// <summary>What was found in a file.</summary>
internal sealed record Finding
{
    public required string File { get; init; }

    /// <summary>The line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The service; <see langword="null"/> if it could not be read, or if it is of none.</summary>
    public string? Service { get; init; }

    /// <summary>The setting; <see langword="null"/> if it is of none.</summary>
    public string? Setting { get; init; }

    public required string Rule { get; init; }

    public required FindingLevel Level { get; init; }

    public required string Message { get; init; }

    /// <summary>The message behind service and setting, as far as it has them.</summary>
    public string Sentence => string.Concat(Service is null ? "" : $"{Service}: ", Setting is null ? "" : $"{Setting}: ", Message);
}

/// <summary>The words of levels that other programs know.</summary>
internal static class FindingLevels
{
    public static string Word(this FindingLevel level) => level switch
    {
        FindingLevel.Error => "error",
        FindingLevel.Warning => "warning",
        _ => "note",
    };
}
