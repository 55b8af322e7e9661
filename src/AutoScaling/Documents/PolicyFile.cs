using System.Text;
using AutoScaling.Primitives;

namespace AutoScaling.Documents;

/// <summary>Reads and replaces the files that hold policies; trouble with a file is one sentence that names it.</summary>
internal static class PolicyFile
{
    public static bool IsYaml(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".JSON" => false,
            ".YAML" or ".YML" => true,
            _ => throw ScalingException.Invalid($"Policy file must end in .json, .yaml or .yml, but is '{path}'."),
        };
    }

    /// <summary>Reads a file that is no longer than it may be.</summary>
    public static string Read(string path, int maxBytes)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > maxBytes) throw TooLong($"Policy file '{path}'", file.Length, maxBytes);
            using var text = new StreamReader(file);
            return text.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ScalingException.Invalid($"Policy file '{path}' does not exist.");
        }
        catch (Exception e) when (IsTrouble(e))
        {
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"Policy file '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The text, if it is no longer than it may be.</summary>
    /// <exception cref="ScalingException">It is longer (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static string Checked(string text, string what, int maxBytes)
    {
        var bytes = text.Length <= maxBytes / 3 ? 0 : Encoding.UTF8.GetByteCount(text);
        return bytes <= maxBytes ? text : throw TooLong(what, bytes, maxBytes);
    }

    public static void Write(string path, string text)
    {
        string? draft = null;
        try
        {
            // Beside the file itself, where a link points to it: only within one file system is a move one step.
            var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
            draft = $"{target}.{Path.GetRandomFileName()}.tmp";
            using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, target, overwrite: true);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            Discard(draft);
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"Policy file '{path}' cannot be written: {e.Message}", e);
        }
    }

    private static ScalingException TooLong(string what, long bytes, int most) => ScalingException.Invalid(
        $"{what} must be at most {Phrase.Exact(most)} bytes long, unless maxBytes says more, but is {Phrase.Exact(bytes)} bytes long.");

    private static void Discard(string? draft)
    {
        try
        {
            if (draft is not null) File.Delete(draft);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            // What kept the file from being written is the trouble to report.
        }
    }

    private static bool IsTrouble(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
