namespace AutoScaling.Tool.Status;

/// <summary>A place where it can be read how targets stand.</summary>
internal interface IStatusPlace
{
    /// <summary>What it is called in sentences.</summary>
    string Name { get; }

    /// <summary>Reads it.</summary>
    /// <param name="target">The only target that is meant, then with its last decisions; <see langword="null"/> for all.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="Input.CommandException">It cannot be read.</exception>
    Task<StatusReport> ReadAsync(string? target, CancellationToken stop);
}
