namespace AutoScaling.Primitives;

/// <summary>Turns doubles into replica counts; the one place that does.</summary>
internal static class Count
{
    /// <summary>Rounds up; saturates at the largest count.</summary>
    public static int Ceiling(double value) => Saturate(Math.Ceiling(value));

    /// <summary>
    /// Rounds up, but takes what is a whole number up to a billionth of it as that number: (6 / 60 + 0.2) / 0.1 is 3, not the
    /// 3.0000000000000004 that doubles make of it.
    /// For the library's own rules; what keeps the arithmetic of the Kubernetes HPA keeps its fractions, too.
    /// </summary>
    public static int Needed(double value)
    {
        var whole = Math.Round(value);
        return Math.Abs(value - whole) <= Math.Abs(whole) * 1e-9 ? Saturate(whole) : Ceiling(value);
    }

    /// <summary>Rounds toward zero; saturates at the largest count.</summary>
    public static int Truncate(double value) => Saturate(Math.Truncate(value));

    private static int Saturate(double whole) => whole >= int.MaxValue ? int.MaxValue : whole <= int.MinValue ? int.MinValue : (int)whole;
}
