using System.Diagnostics.CodeAnalysis;

namespace AutoScaling.Tests;

/// <summary>Finds the reference data that lies beside the checkout, and skips the test where there is none.</summary>
internal static class Oracle
{
    private const string Variable = "AUTOSCALING_ORACLE";

    /// <summary>The path of a folder of the reference data (<c>seed</c>, <c>hpa</c>).</summary>
    public static string Folder(string name)
    {
        var path = Path.Combine(Root(), name);
        if (!Directory.Exists(path)) Skip(path);
        return path;
    }

    /// <summary>The path of a file of the reference data (<c>seed</c>, <c>simulated-metrics.tsv</c>).</summary>
    public static string File(string folder, string name)
    {
        var path = Path.Combine(Folder(folder), name);
        if (!System.IO.File.Exists(path)) Skip(path);
        return path;
    }

    private static string Root() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "oracle"));

    /// <summary>The folder that holds the solution.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "AutoScaling.Library.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds AutoScaling.Library.sln.");
    }

    [DoesNotReturn]
    private static void Skip(string path) =>
        Assert.Skip($"There is no reference data at '{path}'. Set the environment variable {Variable} to its folder.");
}
