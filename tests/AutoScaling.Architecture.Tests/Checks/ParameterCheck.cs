using AutoScaling.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>
/// Whoever needs more than seven parameters has missed a name for what they are together.
/// Constructors that JSON calls are spared: nobody writes these calls.
/// </summary>
internal static class ParameterCheck
{
    private const int Most = 7;

    public static IEnumerable<string> Failures(Package package) =>
        from file in package.Files
        from node in file.Tree.GetRoot().DescendantNodes()
        let found = node switch
        {
            BaseMethodDeclarationSyntax m => (m.ParameterList, m.AttributeLists),
            TypeDeclarationSyntax t => (t.ParameterList, t.AttributeLists),
            DelegateDeclarationSyntax d => (d.ParameterList, d.AttributeLists),
            LocalFunctionStatementSyntax f => (f.ParameterList, f.AttributeLists),
            _ => default((ParameterListSyntax? ParameterList, SyntaxList<AttributeListSyntax> AttributeLists)),
        }
        let count = found.ParameterList?.Parameters.Count ?? 0
        where count > Most && !found.AttributeLists.SelectMany(l => l.Attributes).Any(IsJsonConstructor)
        select $"{file.Path}: {NameOf(node)} has {count} parameters, but at most {Most} are allowed.";

    private static bool IsJsonConstructor(AttributeSyntax attribute) =>
        attribute.Name.ToString().EndsWith("JsonConstructor", StringComparison.Ordinal);

    private static string NameOf(SyntaxNode node) => node switch
    {
        ConstructorDeclarationSyntax c => c.Identifier.Text,
        MethodDeclarationSyntax m => m.Identifier.Text,
        BaseTypeDeclarationSyntax t => t.Identifier.Text,
        DelegateDeclarationSyntax d => d.Identifier.Text,
        LocalFunctionStatementSyntax f => f.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
