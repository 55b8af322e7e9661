using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AutoScaling.Docs.Tests;

/// <summary>Compiles snippets as a project of a user would that has the packages.</summary>
internal static class Compiler
{
    private static readonly string[] Usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        "AutoScaling", "AutoScaling.Keda", "AutoScaling.Kubernetes", "AutoScaling.Prometheus", "AutoScaling.Simulation", "Microsoft.AspNetCore.Builder",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Time.Testing",
        "OpenTelemetry.Metrics", "OpenTelemetry.Trace", "Xunit", "static AutoScaling.Docs.Tests.Given",
    ];

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(f => MetadataReference.CreateFromFile(f))]);

    /// <summary>Compiles a snippet; what the compiler does not take fails the test.</summary>
    /// <returns>The assembly.</returns>
    public static Assembly Compile(Snippet snippet)
    {
        var tree = CSharpSyntaxTree.ParseText(snippet.Text, new(LanguageVersion.Latest));
        var usings = CSharpSyntaxTree.ParseText(string.Concat(Usings.Select(u => $"global using {u};\n")), new(LanguageVersion.Latest));
        var isProgram = tree.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();
        var options = new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create($"snippet-{Guid.NewGuid():N}", [usings, tree], References.Value, options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        var errors = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()).ToList();
        Assert.True(errors.Count == 0, $"{snippet.Place}:\n{string.Join('\n', errors)}");
        return Assembly.Load(image.ToArray());
    }
}
