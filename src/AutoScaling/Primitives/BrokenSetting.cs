namespace AutoScaling.Primitives;

/// <summary>A rule that a value breaks which was not read but made.</summary>
/// <param name="Place">
/// Where the setting stands below the value, as documents have it: <c>.rules[1]</c>; empty for the value itself.
/// </param>
/// <param name="Sentence">What is wrong.</param>
internal readonly record struct BrokenSetting(string Place, string Sentence)
{
    /// <summary>The same, seen from what the value stands in.</summary>
    public BrokenSetting Below(string place) => this with { Place = place + Place };

    /// <summary>The sentence with the whole place before it.</summary>
    public string In(string where) => $"{where}{Place}: {Sentence}";
}
