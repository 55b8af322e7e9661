using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>Only the readers of documents, and what is below them, know YAML and configuration.</summary>
internal static class ReaderCheck
{
    private static readonly string[] Libraries = ["YamlDotNet", "Microsoft.Extensions.Configuration"];

    public static IEnumerable<string> Failures(Package package, FloorList floors, string readers)
    {
        var place = floors.PlaceOf(readers)!.Value;
        return package.Uses
            .Where(u => floors.PlaceOf(u.From.Folder) < place)
            .Where(u => Libraries.Any(l => $"{u.Namespace}.".StartsWith($"{l}.", StringComparison.Ordinal)))
            .Select(u => $"{u.From.Path} uses {u.Type} of {u.Namespace}, but only {readers} and what is below it may.");
    }
}
