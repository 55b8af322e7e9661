using System.Buffers;
using System.Globalization;
using System.Text;

namespace AutoScaling.Primitives;

/// <summary>
/// Characters that cannot be seen, or that change how others are seen: controls, ends of lines, direction marks, characters without
/// width. In a name they make twins that look alike, in a sentence they hide or break what it says.
/// </summary>
internal static class Invisible
{
    /// <summary>All of them, as a class of a regular expression holds them: for schemas.</summary>
    public const string Ranges =
        @"\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uDB40\uFE00-\uFE0F\uFEFF";

    // As in Ranges. DB40 begins what stands for the tags and selectors beyond the first 65,536 characters; none of them is seen.
    private static readonly SearchValues<char> All =
        SearchValues.Create([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(IsInvisible)]);

    /// <summary>Whether text holds one.</summary>
    public static bool IsIn(ReadOnlySpan<char> text) => text.ContainsAny(All);

    /// <summary>A name, if it can be seen whole.</summary>
    /// <exception cref="ScalingException">It cannot (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static string Refuse(string name, string setting) =>
        !IsIn(name) ? name : throw Bounds.Broken(setting, "a name without invisible characters", name);

    /// <summary>The text as it can be seen, on one line: <c>\n</c>, <c>\u200B</c>.</summary>
    public static string Escape(string text)
    {
        if (!IsIn(text)) return text;
        var seen = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (!All.Contains(c)) seen.Append(c);
            else if (c == '\n') seen.Append(@"\n");
            else if (c == '\r') seen.Append(@"\r");
            else if (c == '\t') seen.Append(@"\t");
            else seen.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        return seen.ToString();
    }

    private static bool IsInvisible(char c) => char.IsControl(c)
        || c is '\u00AD' or '\u061C' or '\u180E' or (>= '\u200B' and <= '\u200F') or (>= '\u2028' and <= '\u202E')
            or (>= '\u2060' and <= '\u206F') or '\uDB40' or (>= '\uFE00' and <= '\uFE0F') or '\uFEFF';
}
