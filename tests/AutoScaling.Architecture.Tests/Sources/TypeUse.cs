namespace AutoScaling.Architecture.Tests.Sources;

/// <summary>A file names a type, or a member of it.</summary>
/// <param name="From">The file.</param>
/// <param name="Type">The type; of a nested one the type around it.</param>
/// <param name="Namespace">The type's namespace.</param>
/// <param name="To">The file of the package that declares the type; <see langword="null"/> if another assembly does.</param>
/// <param name="IsConverter">Whether the type is named only as the JSON converter of one that the file declares.</param>
internal sealed record TypeUse(SourceFile From, string Type, string Namespace, SourceFile? To, bool IsConverter = false);
