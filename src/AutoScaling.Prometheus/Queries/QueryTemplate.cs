using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using AutoScaling.Primitives;
using AutoScaling.Prometheus.Primitives;

namespace AutoScaling.Prometheus.Queries;

/// <summary>
/// A PromQL expression, or one for each target: in its quoted texts stand <c>{target}</c> or labels of the target's pattern, with
/// <c>:regex</c> where the text is a regular expression. Immutable.
/// </summary>
internal sealed partial class QueryTemplate
{
    private const string Target = "target";

    private readonly ImmutableArray<(string Text, Hole? Hole)> _parts;
    private readonly TargetPattern _pattern;

    private QueryTemplate(string text, TargetPattern pattern, ImmutableArray<(string Text, Hole? Hole)> parts) =>
        (Text, _pattern, _parts) = (text, pattern, parts);

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether one query serves all targets.</summary>
    public bool IsShared => _parts.Length == 1;

    /// <summary>Whether it is nothing but a selector, of which <c>timestamp()</c> knows how old its samples are.</summary>
    public bool IsSelector => Selector.IsMatch(Text);

    /// <exception cref="ScalingException">A name of a target would stand where it is not text.</exception>
    public static QueryTemplate Parse(string text, TargetPattern pattern, string setting)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Bounds.Broken(setting, "a PromQL expression", text);
        var parts = ImmutableArray.CreateBuilder<(string, Hole?)>();
        var from = 0;
        char? quote = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote is not null && c == '\\' && quote != '`') i++;
            else if (c == quote) quote = null;
            else if (quote is null && c is '"' or '\'' or '`') quote = c;
            else if (quote is null && c == '#') throw Bounds.Broken(setting, "a PromQL expression without a comment", text);
            if (c != '{' || HoleAt(text, i, pattern) is not { } hole) continue;
            if (quote is not ('"' or '\''))
                throw Bounds.Broken(setting, $"a PromQL expression with {{{hole.Name}}} only inside single or double quotes", text);
            parts.Add((text[from..i], hole));
            from = text.IndexOf('}', i) + 1;
            i = from - 1;
        }

        parts.Add((text[from..], null));
        return new(text, pattern, parts.ToImmutable());
    }

    /// <summary>The same inside a function's parentheses.</summary>
    public QueryTemplate Inside(string function) =>
        new($"{function}({Text})", _pattern, [.. _parts.Select((part, i) =>
            ($"{(i == 0 ? $"{function}(" : "")}{part.Text}{(i == _parts.Length - 1 ? ")" : "")}", part.Hole))]);

    /// <summary>The expression for a target.</summary>
    /// <exception cref="PrometheusException">The target's name does not fit the pattern whose labels the expression names.</exception>
    public string Fill(string target)
    {
        if (IsShared) return Text;
        var filled = new StringBuilder(Text.Length + target.Length);
        foreach (var (text, hole) in _parts)
        {
            filled.Append(text);
            if (hole is null) continue;
            var value = ValueOf(hole, target);
            foreach (var c in value)
            {
                if (hole.IsRegex && c is '\\' or '.' or '+' or '*' or '?' or '(' or ')' or '|' or '[' or ']' or '{' or '}' or '^' or '$')
                    filled.Append(@"\\");
                filled.Append(c switch { '\\' => @"\\", '"' => @"\x22", '\'' => @"\x27", _ => c.ToString() });
            }
        }

        return filled.ToString();
    }

    private string ValueOf(Hole hole, string target)
    {
        if (hole.Name is Target) return target;
        return _pattern.ValueOf(hole.Name, target) ?? throw new PrometheusException(
            $"its query needs the label '{hole.Name}', but the target's name does not have the form {_pattern.Text}")
        {
            IsLasting = true,
        };
    }

    private static Hole? HoleAt(string text, int at, TargetPattern pattern)
    {
        var end = text.IndexOf('}', at);
        if (end < 0) return null;
        var name = text[(at + 1)..end];
        var isRegex = name.EndsWith(":regex", StringComparison.Ordinal);
        if (isRegex) name = name[..^":regex".Length];
        return name is Target || pattern.Labels.Contains(name, StringComparer.Ordinal) ? new(name, isRegex) : null;
    }

    // A name, matchers or both; nothing behind. Quoted texts may hold braces.
    [GeneratedRegex(
        """^\s*(?=[a-zA-Z_:{])([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(\{([^{}"'`]|"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`[^`]*`)*\})?\s*$""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selector { get; }

    private sealed record Hole(string Name, bool IsRegex);
}
