namespace AutoScaling.Primitives;

/// <summary>Turns doubles into replica counts; the one place that does.</summary>
internal static class Count
{
    /// <summary>Rounds up; saturates at the largest count.</summary>
    public static int Ceiling(double value) => Saturate(Math.Ceiling(value));

    /// <summary>Rounds toward zero; saturates at the largest count.</summary>
    public static int Truncate(double value) => Saturate(Math.Truncate(value));

    private static int Saturate(double whole) => whole >= int.MaxValue ? int.MaxValue : whole <= int.MinValue ? int.MinValue : (int)whole;
}
