using System.CommandLine;

namespace AutoScaling.Tool.Backtests;

/// <summary>The command line as it was given, so that a report can be made again by it.</summary>
internal static class CommandLine
{
    /// <summary>The command line without the folder that the report goes to, which changes nothing in it.</summary>
    /// <param name="program">How a user starts the program.</param>
    /// <param name="parsed">The command line.</param>
    public static string Of(string program, ParseResult parsed)
    {
        List<string> words = [.. parsed.Tokens.Select(t => t.Value)];
        while (words.IndexOf("--output") is >= 0 and var at) words.RemoveRange(at, Math.Min(2, words.Count - at));
        return string.Join(' ', [program, .. words.Select(w => Quoted(WithoutPassword(w)))]);
    }

    // A report is passed on; a password in an address is not.
    private static string WithoutPassword(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length > 0
            ? text.Replace(address.UserInfo, "...", StringComparison.Ordinal)
            : text;

    // As a shell wants it.
    private static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,@%+".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
