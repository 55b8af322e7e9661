using System.Collections.Immutable;
using AutoScaling.Tool.Input;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Converting;

/// <summary>The files with resources that a user names: files, folders of them, or the standard input.</summary>
internal static class ResourceFiles
{
    private const string StandardInput = "-";

    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>Reads a file, all files of a folder, or the standard input.</summary>
    /// <exception cref="CommandException">One cannot be read, or is no YAML.</exception>
    public static IEnumerable<SourceNode> Read(string path)
    {
        if (path is StandardInput) return Of("standard input", Console.In.ReadToEnd());
        if (!Directory.Exists(path)) return Of(path, Files.Read(path, "File", File.ReadAllText));
        ImmutableArray<string> files =
        [
            .. Directory.EnumerateFiles(path).Where(f => Endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
        return files.IsEmpty
            ? throw new CommandException($"Folder '{path}' holds no YAML and no JSON.")
            : files.SelectMany(f => Of(f, Files.Read(f, "File", File.ReadAllText)));
    }

    private static ImmutableArray<SourceNode> Of(string file, string text) =>
        [.. YamlDocuments.Read(text, file).Select(node => new SourceNode(file, node))];
}
