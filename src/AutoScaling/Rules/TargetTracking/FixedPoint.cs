namespace AutoScaling.Rules.TargetTracking;

/// <summary>
/// Fixed-point numbers for the arithmetic of target tracking: thousandths, as Kubernetes' quantities are, or billionths of the target where
/// that is no whole number of thousandths, or too many of them.
/// </summary>
internal readonly struct FixedPoint
{
    private readonly double _divisor;
    private readonly double _units;

    /// <summary>The unit in which values are compared with <paramref name="target"/>.</summary>
    public FixedPoint(double target) => (_divisor, _units) = IsThousandths(target) ? (1, 1e3) : (target, 1e9);

    /// <summary>The value as a whole number of units; saturates.</summary>
    public long Of(double value)
    {
        var scaled = Math.Round(value / _divisor * _units);
        return scaled >= long.MaxValue ? long.MaxValue : scaled <= long.MinValue ? long.MinValue : (long)scaled;
    }

    /// <summary>The value that a number of units stands for.</summary>
    public double Value(double units) => units / _units * _divisor;

    /// <summary>
    /// Both numbers as the HPA divides them, if both are whole thousandths; otherwise as they are. What is not rounded cannot be rounded
    /// away: 1.4 ms are not 1 ms.
    /// </summary>
    public static (double Value, double Target, bool Whole) Pair(double value, double target)
    {
        if (!IsThousandths(value) || !IsThousandths(target)) return (value, target, false);
        var unit = new FixedPoint(target);
        return (unit.Of(value), unit.Of(target), true);
    }

    public static double Ratio(double value, double target)
    {
        (value, target, _) = Pair(value, target);
        return value / target;
    }

    public static long Saturate(Int128 value) =>
        value > long.MaxValue ? long.MaxValue : value < long.MinValue ? long.MinValue : (long)value;

    private static bool IsThousandths(double value) => Math.Abs(value * 1000) <= long.MaxValue && Math.Round(value * 1000) / 1000 == value;
}
