using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>Files that hold a load. Whatever is wrong with one is a sentence that names it.</summary>
internal static class LoadFile
{
    /// <summary>
    /// The longest time in seconds, more than 3000 years; what is beyond is in another unit, such as milliseconds since 1970.
    /// </summary>
    public const decimal MostSeconds = 1e11m;

    private const int LongestShown = 40;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The name of the load in a file.</summary>
    public static string NameOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name.Length > 0 ? name : path;
    }

    /// <summary>Reads a file; trouble with it is told in a sentence.</summary>
    public static T Read<T>(string path, Func<T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) throw new ScalingException([$"Load trace '{path}' is a folder, not a file."]);
        if (!File.Exists(path)) throw new ScalingException([$"Load trace '{path}' does not exist."]);
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"Load trace '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The bytes of a text file, without its byte order mark.</summary>
    public static ReadOnlyMemory<byte> Bytes(string path) => WithoutMark(File.ReadAllBytes(path));

    /// <summary>The bytes of a text without the byte order mark that it may begin with.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) => bytes[(bytes.Span.StartsWith(Mark) ? Mark.Length : 0)..];

    /// <summary>What is wrong at a line of a file; 0 if no line can be named.</summary>
    public static ScalingException Wrong(string file, int line, string what) =>
        new([$"Load trace '{file}'{(line > 0 ? $", line {Phrase.Exact(line)}" : "")}: {what}{(what.EndsWith('.') ? "" : ".")}"]);

    /// <summary>The beginning of a text in quotes, for a sentence: what is wrong may be a whole file in one line.</summary>
    public static string Shown(ReadOnlySpan<char> text) =>
        text.Length <= LongestShown ? Phrase.Exact(text.ToString()) : $"'{text[..LongestShown]}...'";
}
