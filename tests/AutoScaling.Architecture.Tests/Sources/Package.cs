using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AutoScaling.Architecture.Tests.Sources;

/// <summary>
/// The sources of a package, compiled against everything that the tests run on.
/// What source generators would add is missing; the few names that thereby mean nothing are passed over.
/// </summary>
internal sealed class Package
{
    // As the SDK's ImplicitUsings.
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    // The framework, the packages of the tests and those that are tested.
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    private readonly Lazy<(IReadOnlyList<TypeUse> Uses, double Unresolved)> _found;

    /// <param name="name">The package, which is also its namespace.</param>
    /// <param name="files">Each file's path in the package and what it says.</param>
    /// <param name="linked">What is compiled into it, but belongs to another package.</param>
    public Package(string name, IEnumerable<(string Path, string Text)> files, IEnumerable<string>? linked = null)
    {
        Name = name;
        Files =
        [
            .. files.OrderBy(f => f.Path, StringComparer.Ordinal)
                .Select(f => new SourceFile(f.Path, CSharpSyntaxTree.ParseText(f.Text, Options, f.Path))),
        ];
        var others = (linked ?? []).Append(Usings).Select(text => CSharpSyntaxTree.ParseText(text, Options));
        var references = References.Where(r => Path.GetFileNameWithoutExtension(r.Display) != name);
        Compilation = CSharpCompilation.Create(
            name,
            [.. Files.Select(f => f.Tree), .. others],
            references,
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        _found = new(Find);
    }

    public string Name { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    public IEnumerable<string> Folders => Files.Select(f => f.Folder).Distinct(StringComparer.Ordinal);

    public CSharpCompilation Compilation { get; }

    /// <summary>Every type that a file uses, once, in the order of files and names; what a type uses of itself left out.</summary>
    public IReadOnlyList<TypeUse> Uses => _found.Value.Uses;

    /// <summary>The share of the names that mean nothing, from 0 to 1.</summary>
    public double Unresolved => _found.Value.Unresolved;

    /// <summary>The outermost types that the package declares, each with one file of it.</summary>
    public IEnumerable<(SourceFile File, INamedTypeSymbol Type)> Types()
    {
        foreach (var file in Files)
        {
            var model = Compilation.GetSemanticModel(file.Tree);
            foreach (var declared in file.Tree.GetRoot().DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax))
            {
                if (declared is not BaseTypeDeclarationSyntax and not DelegateDeclarationSyntax) continue;
                if (model.GetDeclaredSymbol(declared) is not INamedTypeSymbol type) continue;
                if (type.DeclaringSyntaxReferences[0].SyntaxTree == file.Tree) yield return (file, type);
            }
        }
    }

    private (IReadOnlyList<TypeUse> Uses, double Unresolved) Find()
    {
        var fileOf = Files.ToDictionary(f => f.Tree);
        var each = Files.AsParallel().AsOrdered().Select(f => Find(f, fileOf)).ToList();
        return ([.. each.SelectMany(f => f.Uses)], (double)each.Sum(f => f.Unresolved) / Math.Max(1, each.Sum(f => f.Names)));
    }

    private (IReadOnlyList<TypeUse> Uses, int Names, int Unresolved) Find(SourceFile file, Dictionary<SyntaxTree, SourceFile> fileOf)
    {
        var model = Compilation.GetSemanticModel(file.Tree);
        var uses = new HashSet<TypeUse>();
        int names = 0, unresolved = 0;
        foreach (var node in file.Tree.GetRoot().DescendantNodes())
        {
            if (node is not SimpleNameSyntax and not ImplicitObjectCreationExpressionSyntax) continue;
            names++;
            var info = model.GetSymbolInfo(node);
            if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is not { } symbol)
            {
                unresolved++;
                continue;
            }

            if (Outermost(symbol as INamedTypeSymbol ?? symbol.ContainingType) is not { } type) continue;
            var @namespace = type.ContainingNamespace?.ToDisplayString() ?? "";
            var parts = type.DeclaringSyntaxReferences.Select(r => r.SyntaxTree).ToList();
            if (parts.Contains(file.Tree)) continue;
            if (parts.Count == 0) uses.Add(new(file, type.Name, @namespace, To: null));
            var isConverter = node.FirstAncestorOrSelf<AttributeSyntax>()?.Name.ToString() == "JsonConverter";
            uses.UnionWith(parts.Where(fileOf.ContainsKey).Select(part => new TypeUse(file, type.Name, @namespace, fileOf[part], isConverter)));
        }

        return ([.. uses.OrderBy(u => u.Type, StringComparer.Ordinal).ThenBy(u => u.To?.Path, StringComparer.Ordinal)], names, unresolved);
    }

    private static INamedTypeSymbol? Outermost(INamedTypeSymbol? type)
    {
        while (type?.ContainingType is { } around) type = around;
        return type?.OriginalDefinition;
    }
}
