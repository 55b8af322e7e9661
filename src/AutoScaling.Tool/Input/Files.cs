namespace AutoScaling.Tool.Input;

/// <summary>Files that a user names: whatever is wrong with one is a sentence.</summary>
internal static class Files
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, in the message.</param>
    /// <param name="read">Makes something of it.</param>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static T Read<T>(string path, string what, Func<string, T> read)
    {
        if (Directory.Exists(path)) throw new CommandException($"{what} '{path}' is a folder, not a file.");
        if (!File.Exists(path)) throw new CommandException($"{what} '{path}' does not exist.");
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{what} '{path}' cannot be read: {e.Message}");
        }
    }

    /// <summary>Makes a folder ready to be written to.</summary>
    /// <exception cref="CommandException">It cannot be.</exception>
    public static void PrepareFolder(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new CommandException($"Output folder must be a path, but is '{path}'.");
        if (File.Exists(path)) throw new CommandException($"Output folder '{path}' is a file, not a folder.");
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"Output folder '{path}' cannot be written to: {e.Message}");
        }
    }
}
