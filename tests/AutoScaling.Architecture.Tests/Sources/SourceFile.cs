using Microsoft.CodeAnalysis;

namespace AutoScaling.Architecture.Tests.Sources;

/// <summary>A file of a package.</summary>
/// <param name="Path">Its path in the package, with <c>/</c>: <c>Rules/ScalingRule.cs</c>.</param>
/// <param name="Tree">What it says.</param>
internal sealed record SourceFile(string Path, SyntaxTree Tree)
{
    /// <summary>What the package itself is called as a folder.</summary>
    public const string Root = "the root";

    /// <summary>The folder it is in: <c>Rules</c>.</summary>
    public string Folder { get; } = Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : Root;
}
