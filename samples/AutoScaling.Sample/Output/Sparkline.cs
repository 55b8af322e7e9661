namespace AutoScaling.Sample.Output;

/// <summary>A diagram in one line of text.</summary>
internal static class Sparkline
{
    private const string Levels = " ▁▂▃▄▅▆▇█";

    /// <summary>The last values, one character each, from 0 to the highest of all values; filled with spaces to the width.</summary>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        var highest = values.Append(1).Max();
        return string.Concat(values.TakeLast(width).Select(v => Levels[(int)Math.Ceiling(Math.Clamp(v / highest, 0, 1) * (Levels.Length - 1))])).PadRight(width);
    }
}
