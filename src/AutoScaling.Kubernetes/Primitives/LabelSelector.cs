using System.Buffers;
using System.Collections.Immutable;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>How a selector looks at a label.</summary>
internal enum LabelTest
{
    /// <summary>The label has one of the values.</summary>
    In,

    /// <summary>The label is missing or has none of the values.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is not there.</summary>
    DoesNotExist,
}

/// <summary>One condition of a selector.</summary>
internal sealed record LabelRequirement(string Key, LabelTest Test, ImmutableArray<string> Values)
{
    public bool Matches(Dictionary<string, string>? labels)
    {
        string? value = null;
        var found = labels?.TryGetValue(Key, out value) == true;
        return Test switch
        {
            LabelTest.In => found && Values.Contains(value!, StringComparer.Ordinal),
            LabelTest.NotIn => !found || !Values.Contains(value!, StringComparer.Ordinal),
            LabelTest.Exists => found,
            _ => !found,
        };
    }

    /// <summary>As addresses write it.</summary>
    public override string ToString() => Test switch
    {
        LabelTest.In => $"{Key} in ({string.Join(',', Values)})",
        LabelTest.NotIn => $"{Key} notin ({string.Join(',', Values)})",
        LabelTest.Exists => Key,
        _ => $"!{Key}",
    };
}

/// <summary>Which pods belong to a target: those whose labels meet every condition.</summary>
internal sealed record LabelSelector(ImmutableArray<LabelRequirement> Requirements)
{
    private static readonly SearchValues<char> NotInKeys = SearchValues.Create(" ()!=,");

    public bool Matches(Dictionary<string, string>? labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(labels)) return false;
        }

        return true;
    }

    /// <summary>As addresses write it: the API server and <see cref="Parse"/> read it back.</summary>
    public override string ToString() => string.Join(',', Requirements);

    /// <summary>Reads a selector as the scale subresource and addresses write it: <c>app=web,tier in (a, b),!canary</c>.</summary>
    /// <param name="text">The selector.</param>
    /// <returns><see langword="null"/> if it cannot be read, or if it has no condition and so would match everything.</returns>
    /// <remarks>Source: the grammar of k8s.io/apimachinery/pkg/labels.</remarks>
    public static LabelSelector? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var part in Split(text))
        {
            if (Requirement(part) is not { } requirement) return null;
            requirements.Add(requirement);
        }

        return requirements.Count == 0 ? null : new(requirements.ToImmutable());
    }

    /// <summary>Splits at commas outside of brackets.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] != ',' || depth != 0) continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }

        yield return text[start..].Trim();
    }

    private static LabelRequirement? Requirement(string part)
    {
        if (part.StartsWith('!')) return Of(part[1..], LabelTest.DoesNotExist, []);
        var space = part.IndexOf(' ', StringComparison.Ordinal);
        if (part.EndsWith(')') && space > 0 && part.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            ImmutableArray<string> values = [.. part[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries)];
            return part[space..open].Trim() switch
            {
                "in" => Of(part[..space], LabelTest.In, values),
                "notin" => Of(part[..space], LabelTest.NotIn, values),
                _ => null,
            };
        }

        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (at < 0) return Of(part, LabelTest.Exists, []);
        var value = part[(at + 1)..].TrimStart('=').Trim();
        return part[at - 1 < 0 ? 0 : at - 1] == '!'
            ? Of(part[..(at - 1)], LabelTest.NotIn, [value])
            : Of(part[..at], LabelTest.In, [value]);
    }

    private static LabelRequirement? Of(string key, LabelTest test, ImmutableArray<string> values)
    {
        key = key.Trim();
        return key.Length == 0 || key.AsSpan().ContainsAny(NotInKeys) ? null : new(key, test, values);
    }
}
