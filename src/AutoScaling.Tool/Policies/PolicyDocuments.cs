using System.Collections.Immutable;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Policies;

/// <summary>Files that are policy documents and nothing else.</summary>
internal static class PolicyDocuments
{
    /// <summary>Reads the policies of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="defaults">What a policy gets that does not say; <see langword="null"/> for the library's defaults.</param>
    /// <exception cref="CommandException">They are not policies; each sentence names the file.</exception>
    public static ImmutableArray<ScalingPolicy> Load(string path, PolicyDefaults? defaults = null) =>
        Read(path, $"Policy file '{path}'", () => PolicyDocument.Load(path, defaults));

    /// <summary>Reads policies; what is wrong names the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="where">The beginning of sentences that do not name the file themselves.</param>
    /// <param name="read">Reads them.</param>
    /// <exception cref="CommandException">They are not policies; each sentence names the file.</exception>
    public static ImmutableArray<ScalingPolicy> Read(string path, string where, Func<ImmutableArray<ScalingPolicy>> read)
    {
        try
        {
            var policies = read();
            return policies.IsEmpty ? throw WrongIn(path, where, ["There is no policy in it."]) : policies;
        }
        catch (ScalingException e)
        {
            throw WrongIn(path, where, e.Errors);
        }
    }

    /// <summary>What is wrong in a file; each sentence names it.</summary>
    public static CommandException WrongIn(string path, string where, IEnumerable<string> errors) =>
        new([.. errors.Select(e => e.Contains(path, StringComparison.Ordinal) ? e : $"{where}: {e}")]);
}
