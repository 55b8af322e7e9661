using System.Text.RegularExpressions;

namespace AutoScaling.Sample.Output;

/// <summary>Makes explanations fit where there is little room.</summary>
internal static partial class Reason
{
    // What is left out first when there is too little room.
    private static readonly Func<string, bool>[] Dispensable =
    [
        sentence => sentence.Contains("would ask for", StringComparison.Ordinal),
        sentence => sentence.StartsWith("Together ", StringComparison.Ordinal),
        sentence => sentence.Contains("asks for no change", StringComparison.Ordinal),
    ];

    /// <summary>The explanation without what the decision column says too, with times from now instead of dates, and as many sentences as fit.</summary>
    public static string Of(ScalingRecord record, int length)
    {
        var sentences = Ends().Split(Until().Replace(record.Explain(), "for ${left}")).ToList();
        if (record.Decision is not null) sentences.RemoveAt(0);
        sentences.RemoveAll(s => s.EndsWith("the same readings may change it.", StringComparison.Ordinal));
        foreach (var dispensable in Dispensable)
        {
            if (sentences.Sum(s => s.Length + 1) > length) sentences.RemoveAll(s => dispensable(s) && sentences.Count > 1);
        }

        return Fit(string.Join(' ', sentences), length);
    }

    /// <summary>The text, cut to a length.</summary>
    public static string Fit(string text, int length) => text.Length <= length ? text : $"{text[..Math.Max(0, length - 1)].TrimEnd()}…";

    [GeneratedRegex(@"(?<=\.) ", RegexOptions.None, 1000)]
    private static partial Regex Ends();

    [GeneratedRegex(@"until \S+ \S+Z \((?<left>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Until();
}
