using System.Globalization;

namespace AutoScaling.Recording;

/// <summary>
/// The files of a decision log: the one that is written, and the full ones, which have numbers in their names, from the oldest on
/// (<c>decisions.000001.jsonl</c>). One process writes them.
/// </summary>
internal sealed class LogFiles : IDisposable
{
    private const string What = "The decision log";

    private readonly string _path;
    private readonly long _maxBytes;
    private readonly int _keepFiles;
    private readonly IDisposable _lock;
    private FileStream _file;

    /// <exception cref="ScalingException">Another process writes the log, or it cannot be written
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public LogFiles(string path, long maxBytes, int keepFiles)
    {
        (_path, _maxBytes, _keepFiles) = (path, maxBytes, keepFiles);
        _lock = WriterLock.Take(path, What);
        try
        {
            _file = Open();
        }
        catch (Exception e) when (WriterLock.IsTrouble(e))
        {
            _lock.Dispose();
            throw WriterLock.NotWritten(path, What, e);
        }
    }

    /// <summary>Makes ready for a line: begins a new file if this one is full, and ends a line that was not written to its end.</summary>
    /// <returns>Whether the line must say everything anew, as it cannot build on lines before it.</returns>
    public bool BeginLine()
    {
        var length = _file.Seek(0, SeekOrigin.End);
        if (length >= _maxBytes) return BeginFile();
        if (length == 0 || LastByte(length) == '\n') return false;

        // A crash or a full disk: what is there of the line is no line, but must not spoil the next one.
        _file.WriteByte((byte)'\n');
        return true;
    }

    /// <summary>Adds a line.</summary>
    public void Append(ReadOnlySpan<byte> line) => _file.Write(line);

    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // Nothing is buffered, so nothing is lost.
        }

        _lock.Dispose();
    }

    /// <summary>The files that hold a log now, oldest first; whoever writes it may begin a new one meanwhile.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var full = Full(path);
        return File.Exists(path) || full.Count == 0 ? [.. full.Select(f => f.Path), path] : [.. full.Select(f => f.Path)];
    }

    /// <summary>The lines of one file, also while it is written.</summary>
    public static IEnumerable<string> Lines(string file)
    {
        using var text = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (text.ReadLine() is { } line) yield return line;
    }

    private bool BeginFile()
    {
        try
        {
            var full = Full(_path);
            File.Move(_path, Name(full.Count == 0 ? 1 : full[^1].Number + 1));
            foreach (var (old, _) in full.SkipLast(_keepFiles - 1)) File.Delete(old);
        }
        catch (Exception e) when (WriterLock.IsTrouble(e))
        {
            // A file that grows too large is better than decisions that are not written.
        }

        // If it cannot be opened, the old one goes on.
        var next = Open();
        _file.Dispose();
        _file = next;
        return true;
    }

    // Without a buffer: a line is on its way when Append returns, in one write, and nothing is left to be written at the end.
    private FileStream Open() => new(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private int LastByte(long length)
    {
        _file.Seek(length - 1, SeekOrigin.Begin);
        return _file.ReadByte();
    }

    private string Name(int number)
    {
        var digits = number.ToString("D6", CultureInfo.InvariantCulture);
        return Path.Combine(Path.GetDirectoryName(_path) ?? "", $"{Path.GetFileNameWithoutExtension(_path)}.{digits}{Path.GetExtension(_path)}");
    }

    /// <summary>The full files of a log, oldest first.</summary>
    private static List<(string Path, int Number)> Full(string path)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        if (!Directory.Exists(folder)) return [];
        var files = new List<(string Path, int Number)>();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(file);
            if (!name.StartsWith(stem + ".", StringComparison.Ordinal) || !name.EndsWith(extension, StringComparison.Ordinal)) continue;
            var digits = name.Length - stem.Length - 1 - extension.Length;
            if (digits >= 6 && int.TryParse(name.AsSpan(stem.Length + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                files.Add((file, number));
        }

        return [.. files.OrderBy(file => file.Number)];
    }
}
