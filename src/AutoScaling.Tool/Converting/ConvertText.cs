using AutoScaling.Primitives;
using AutoScaling.Tool.Import;

namespace AutoScaling.Tool.Converting;

/// <summary>What a conversion has to tell, a line each, with a sum below them.</summary>
internal static class ConvertText
{
    public static void Write(TextWriter output, Conversion conversion)
    {
        foreach (var f in conversion.Findings) output.WriteLine($"{f.File}, line {Phrase.Exact(f.Line)}: {f.Sentence} [{f.Rule}]");
        string[] sums =
        [
            .. from told in new[]
               {
                   (ImportRules.Invalid, "cannot be read"), (ImportRules.Unmapped, "left out"), (ImportRules.Differs, "different"),
                   (ImportRules.ToDo, "to do"),
               }
               let count = conversion.Findings.Count(f => string.Equals(f.Rule, told.Item1, StringComparison.Ordinal))
               where count > 0
               select $"{Phrase.Exact(count)} {told.Item2}",
        ];
        var policies = conversion.Policies.Length == 1 ? "1 policy" : $"{Phrase.Exact(conversion.Policies.Length)} policies";
        var resources = conversion.Resources == 1 ? "1 resource" : $"{Phrase.Exact(conversion.Resources)} resources";
        var sum = sums.Length == 0 ? "; nothing is left out, nothing differs" : $": {string.Join(", ", sums)}";
        output.WriteLine($"{policies} of {resources}{sum}.");
    }
}
