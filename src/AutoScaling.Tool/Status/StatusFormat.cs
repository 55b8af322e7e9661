namespace AutoScaling.Tool.Status;

/// <summary>How it is told how targets stand.</summary>
internal enum StatusFormat
{
    /// <summary>A table, for people.</summary>
    Text,

    /// <summary>A list of all of them, for programs.</summary>
    Json,
}
