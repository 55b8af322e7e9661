namespace AutoScaling.Recording;

/// <summary>
/// Keeps a file to one writer: a lock file beside it is held open by whoever writes it. The system lets go of it however a process ends.
/// </summary>
internal static class WriterLock
{
    /// <summary>How long who closes a file waits for a disk that is writing to it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Takes the lock, until the result is disposed.</summary>
    /// <param name="path">The file that is to be written.</param>
    /// <param name="what">What it is, for sentences: <c>The decision log</c>.</param>
    /// <exception cref="ScalingException">Somebody else has it, or the folder cannot be written to
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static IDisposable Take(string path, string what)
    {
        var name = path + ".lock";
        try
        {
            return new FileStream(
                name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(name))
        {
            throw new ScalingException(
                ScalingErrorKind.InvalidConfiguration,
                $"{what} '{path}' is written by another process, or by another part of this one ('{name}' is locked): "
                + "give each host a file of its own.",
                e);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            throw NotWritten(path, what, e);
        }
    }

    /// <summary>Whether an exception is about a file, and not a bug.</summary>
    public static bool IsTrouble(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    public static ScalingException NotWritten(string path, string what, Exception e) =>
        new(ScalingErrorKind.InvalidConfiguration, $"{what} '{path}' cannot be written: {e.Message}", e);
}
