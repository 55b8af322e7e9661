using System.Text;

namespace AutoScaling.Answers;

/// <summary>What stands for <c>{target}</c>, <c>{replicas}</c> and <c>{from}</c> in a text.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Replicas">The count to have, where something is scaled.</param>
/// <param name="From">The count that was decided for, where something is scaled.</param>
internal readonly record struct Filling(string Target, int? Replicas = null, int? From = null);

/// <summary>
/// Texts with <c>{target}</c>, <c>{replicas}</c> and <c>{from}</c> in them. What else stands in braces is left as it is, because programs
/// have braces of their own.
/// </summary>
internal static class Template
{
    public const string Target = "{target}";

    private const string Replicas = "{replicas}";
    private const string From = "{from}";

    /// <summary>Whether the text is another one for each target.</summary>
    public static bool HasTarget(string template) => template.Contains(Target, StringComparison.Ordinal);

    /// <summary>Whether anything in the text is filled in.</summary>
    public static bool HasAny(string template) => HasTarget(template) || HasCount(template);

    /// <summary>Whether the text has one of the counts, which only a scaling has.</summary>
    public static bool HasCount(string template) =>
        template.Contains(Replicas, StringComparison.Ordinal) || template.Contains(From, StringComparison.Ordinal);

    /// <summary>Fills a text in one pass, so that a target whose name looks like a template is none.</summary>
    /// <param name="template">The text.</param>
    /// <param name="filling">What is filled in.</param>
    /// <param name="escape">How the target's name is written there; <see langword="null"/> for as it is.</param>
    public static string Fill(string template, in Filling filling, Func<string, string>? escape = null)
    {
        if (!template.Contains('{')) return template;
        var filled = new StringBuilder(template.Length + filling.Target.Length);
        var rest = template.AsSpan();
        while (rest.IndexOf('{') is var at and >= 0)
        {
            filled.Append(rest[..at]);
            rest = rest[at..];
            var (length, value) = Value(rest, filling, escape);
            filled.Append(value);
            rest = rest[length..];
        }

        return filled.Append(rest).ToString();
    }

    private static (int Length, string Value) Value(ReadOnlySpan<char> rest, in Filling filling, Func<string, string>? escape)
    {
        if (rest.StartsWith(Target)) return (Target.Length, escape is null ? filling.Target : escape(filling.Target));
        if (filling.Replicas is { } replicas && rest.StartsWith(Replicas)) return (Replicas.Length, Primitives.Phrase.Exact(replicas));
        if (filling.From is { } from && rest.StartsWith(From)) return (From.Length, Primitives.Phrase.Exact(from));
        return (1, "{");
    }
}
