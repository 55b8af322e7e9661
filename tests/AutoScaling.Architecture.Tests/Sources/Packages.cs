using System.Collections.Concurrent;
using System.Xml.Linq;
using AutoScaling.Tests;

[assembly: AssemblyFixture(typeof(AutoScaling.Architecture.Tests.Sources.Packages))]

namespace AutoScaling.Architecture.Tests.Sources;

/// <summary>The packages of the repository, each read and compiled once for all tests.</summary>
public sealed class Packages
{
    private readonly ConcurrentDictionary<string, Lazy<Package>> _packages = new(StringComparer.Ordinal);

    private static string Source => Path.Combine(Oracle.RepositoryRoot(), "src");

    /// <summary>The names of all packages that are there.</summary>
    internal static IEnumerable<string> Names =>
        Directory.GetDirectories(Source).Where(d => Directory.GetFiles(d, "*.csproj").Length > 0).Select(d => Path.GetFileName(d));

    internal Package this[string name] => _packages.GetOrAdd(name, static n => new(() => Read(n))).Value;

    private static Package Read(string name)
    {
        var folder = Path.Combine(Source, name);
        return new(name, FilesOf(folder), Linked(folder).Concat(Generated(folder)));
    }

    private static IEnumerable<(string Path, string Text)> FilesOf(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(folder, file).Replace('\\', '/')
        where !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal)
        select (path, File.ReadAllText(file));

    /// <summary>The files of other packages that the project compiles as well.</summary>
    private static IEnumerable<string> Linked(string folder) =>
        from project in Directory.GetFiles(folder, "*.csproj").Append(Path.Combine(Source, "Directory.Build.props"))
        from item in XDocument.Load(project).Descendants("Compile")
        from include in (item.Attribute("Include")?.Value ?? "").Split(';')
        let path = include.Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal)
        let file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, path))
        where File.Exists(file) && !file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        select File.ReadAllText(file);

    /// <summary>What the build made of the project's contracts. It is there, because these tests are built after what they reference.</summary>
    private static IEnumerable<string> Generated(string folder) =>
        from project in Directory.GetFiles(folder, "*.csproj")
        from item in XDocument.Load(project).Descendants("Protobuf")
        let built = new DirectoryInfo(AppContext.BaseDirectory)
        let made = Path.Combine(folder, "obj", built.Parent!.Name, built.Name, Path.GetDirectoryName(item.Attribute("Include")!.Value)!)
        from file in Directory.GetFiles(made, "*.cs")
        select File.ReadAllText(file);
}
