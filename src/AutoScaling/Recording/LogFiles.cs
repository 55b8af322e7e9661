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
    private readonly Func<string, FileStream> _open;
    private readonly IDisposable _lock;
    private FileStream _file;

    /// <param name="path">The file that is written.</param>
    /// <param name="maxBytes">The size at which it is full.</param>
    /// <param name="keepFiles">How many full ones are kept.</param>
    /// <param name="open">Opens it; <see langword="null"/>: as it is done.</param>
    /// <exception cref="ScalingException">Another process writes the log, or it cannot be written
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public LogFiles(string path, long maxBytes, int keepFiles, Func<string, FileStream>? open = null)
    {
        (_path, _maxBytes, _keepFiles, _open) = (path, maxBytes, keepFiles, open ?? Open);
        _lock = WriterLock.Take(path, What);
        try
        {
            _file = _open(path);
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
        if (length >= _maxBytes && BeginFile()) return true;
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

    /// <summary>
    /// The files that hold a log, oldest first, each open for reading; whoever writes it may go on, and begin a new one, meanwhile.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static IEnumerable<(string Path, StreamReader Text)> Each(string path)
    {
        var last = 0;
        while (true)
        {
            foreach (var (file, number) in Full(path).Where(file => file.Number > last))
            {
                last = number;
                using var full = Read(file);
                if (full is not null) yield return (file, full);
            }

            // Opened before the full ones are looked for again: if there is none more by then, it was none of them.
            using var written = Read(path);
            if (Full(path).Any(file => file.Number > last)) continue;
            if (written is not null) yield return (path, written);
            else if (last == 0) throw new FileNotFoundException($"The decision log '{path}' does not exist.", path);
            yield break;
        }
    }

    /// <summary>
    /// Opens a file, also while it is written; <see langword="null"/> if it is gone, as the oldest go when there are many.
    /// </summary>
    private static StreamReader? Read(string file)
    {
        try
        {
            return new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <returns>
    /// Whether one was begun. If not, the old one goes on: one that grows too large is better than decisions that are lost.
    /// </returns>
    private bool BeginFile()
    {
        var full = Full(_path);
        var name = Name(full.Count == 0 ? 1 : full[^1].Number + 1);
        if (File.Exists(_path) && !Try(() => File.Move(_path, name))) return false;
        FileStream next;
        try
        {
            next = _open(_path);
        }
        catch (Exception e) when (WriterLock.IsTrouble(e))
        {
            Try(() => File.Move(name, _path));
            return false;
        }

        _file.Dispose();
        _file = next;
        foreach (var (old, _) in full.SkipLast(_keepFiles - 1)) Try(() => File.Delete(old));
        return true;
    }

    private static bool Try(Action change)
    {
        try
        {
            change();
            return true;
        }
        catch (Exception e) when (WriterLock.IsTrouble(e))
        {
            return false;
        }
    }

    // Without a buffer: a line is on its way when Append returns, in one write, and nothing is left to be written at the end.
    private static FileStream Open(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private int LastByte(long length)
    {
        _file.Seek(length - 1, SeekOrigin.Begin);
        return _file.ReadByte();
    }

    private string Name(int number)
    {
        var digits = number.ToString("D6", CultureInfo.InvariantCulture);
        return Path.Combine(
            Path.GetDirectoryName(_path) ?? "",
            $"{Path.GetFileNameWithoutExtension(_path)}.{digits}{Path.GetExtension(_path)}");
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
            if (digits >= 6
                && int.TryParse(name.AsSpan(stem.Length + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                files.Add((file, number));
            }
        }

        return [.. files.OrderBy(file => file.Number)];
    }
}
