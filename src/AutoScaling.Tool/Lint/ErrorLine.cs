using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoScaling.Tool.Lint;

/// <summary>The line that a sentence about a document names.</summary>
internal static partial class ErrorLine
{
    /// <summary>The line, from 1; <see langword="null"/> if the sentence names none.</summary>
    public static int? Of(string sentence) =>
        Named().Match(sentence) is { Success: true } match
            && int.TryParse(match.Groups["line"].Value, CultureInfo.InvariantCulture, out var line)
            ? Math.Max(1, line)
            : null;

    [GeneratedRegex(@"\bline (?<line>\d{1,9})\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
