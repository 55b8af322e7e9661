using AutoScaling.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>
/// Public types are in the namespace of their package, all others in that of their folder.
/// Extension methods may be where users look for those of Microsoft's, Orleans' and OpenTelemetry's packages.
/// </summary>
internal static class NamespaceCheck
{
    public static IEnumerable<string> Failures(Package package)
    {
        foreach (var (file, type) in package.Types())
        {
            var isPublic = type.DeclaredAccessibility == Accessibility.Public;
            var right = isPublic || file.Folder == SourceFile.Root ? package.Name : $"{package.Name}.{file.Folder.Replace('/', '.')}";
            var actual = type.ContainingNamespace.ToDisplayString();
            if (actual == right) continue;
            if (IsOthers(actual) && HoldsOnlyExtensions(type)) continue;
            yield return $"{file.Path}: {(isPublic ? "public" : "internal")} {type.Name} is in {actual}, but belongs in {right}.";
        }
    }

    private static bool IsOthers(string name) =>
        name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
        || name.StartsWith("Orleans.", StringComparison.Ordinal) || name.StartsWith("OpenTelemetry.", StringComparison.Ordinal);

    /// <summary>Private helpers aside.</summary>
    private static bool HoldsOnlyExtensions(INamedTypeSymbol type) =>
        type.IsStatic && type.GetMembers()
            .Where(m => m.DeclaredAccessibility != Accessibility.Private && !m.IsImplicitlyDeclared)
            .All(m => m is IMethodSymbol { IsExtensionMethod: true } or INamedTypeSymbol { IsExtension: true });
}
