using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Prometheus.Queries;

/// <summary>
/// Which target a series is for: the value of one label (<c>service</c>), or a pattern of several (<c>{namespace}/{deployment}</c>).
/// Immutable.
/// </summary>
internal sealed class TargetPattern
{
    private const string Rule = "a label, or a pattern of labels such as {namespace}/{deployment} with something between any two of them";

    // What stands before each label, and behind the last one.
    private readonly ImmutableArray<string> _between;

    private TargetPattern(string text, ImmutableArray<string> between, ImmutableArray<string> labels) =>
        (Text, _between, Labels) = (text, between, labels);

    public string Text { get; }

    /// <summary>The labels, in the order in which the pattern has them.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>The labels as sentences have them: <c>namespace, deployment</c>.</summary>
    public string Words => string.Join(", ", Labels);

    /// <exception cref="ScalingException">It is none (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static TargetPattern Parse(string text, string setting)
    {
        if (IsLabel(text)) return new(text, ["", ""], [text]);
        var between = ImmutableArray.CreateBuilder<string>();
        var labels = ImmutableArray.CreateBuilder<string>();
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is >= 0 and var open)
        {
            var close = rest.IndexOf('}');
            if (close < open || (open == 0 && labels.Count > 0)) throw Bounds.Broken(setting, Rule, text);
            between.Add(rest[..open].ToString());
            labels.Add(rest[(open + 1)..close].ToString());
            rest = rest[(close + 1)..];
        }

        between.Add(rest.ToString());
        var isGood = labels.Count > 0 && labels.All(IsLabel) && !rest.Contains('}');
        return isGood && labels.Distinct(StringComparer.Ordinal).Count() == labels.Count
            ? new(text, between.ToImmutable(), labels.ToImmutable())
            : throw Bounds.Broken(setting, Rule, text);
    }

    /// <summary>Whether text is a label's name; later servers allow nearly anything in one.</summary>
    public static bool IsLabel(string text) =>
        text.Length > 0 && !text.Any(c => c is '{' or '}' or '"' or '\'' or '/' or ',' || char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>How long the name of a target can be at most whose labels have these lengths together.</summary>
    public int MostChars(int values) => values + _between.Sum(part => part.Length);

    /// <summary>Writes the name of the target.</summary>
    /// <param name="into">Where, long enough.</param>
    /// <param name="chars">All labels' values.</param>
    /// <param name="values">Where the value of each label is.</param>
    /// <returns>Its length.</returns>
    public int Write(Span<char> into, ReadOnlySpan<char> chars, ReadOnlySpan<Range> values)
    {
        var length = 0;
        for (var i = 0; i < values.Length; i++)
        {
            _between[i].CopyTo(into[length..]);
            length += _between[i].Length;
            var value = chars[values[i]];
            value.CopyTo(into[length..]);
            length += value.Length;
        }

        _between[^1].CopyTo(into[length..]);
        return length + _between[^1].Length;
    }

    /// <summary>The value that a label has for a target; <see langword="null"/> if its name does not fit the pattern.</summary>
    public string? ValueOf(string label, string target)
    {
        if (!target.StartsWith(_between[0], StringComparison.Ordinal)) return null;
        var at = _between[0].Length;
        string? found = null;
        for (var i = 0; i < Labels.Length; i++)
        {
            var isLast = i == Labels.Length - 1;
            var next = _between[i + 1];
            var end = !isLast ? target.IndexOf(next, at, StringComparison.Ordinal)
                : target.EndsWith(next, StringComparison.Ordinal) ? target.Length - next.Length
                : -1;
            if (end <= at) return null;
            if (string.Equals(Labels[i], label, StringComparison.Ordinal)) found = target[at..end];
            at = end + next.Length;
        }

        return found;
    }
}
