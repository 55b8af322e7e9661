namespace AutoScaling;

/// <summary>Fixed-point numbers for the arithmetic of target tracking: thousandths, as Kubernetes' quantities are; billionths for a target too fine for them.</summary>
internal readonly struct Fixed
{
    /// <summary>The unit in which values are compared with <paramref name="target"/>.</summary>
    public Fixed(double target) => Scale = Math.Round(target * 1000) / 1000 == target ? 1e3 : 1e9;

    public double Scale { get; }

    /// <summary>The value as a whole number of units; saturates.</summary>
    public long Of(double value)
    {
        var scaled = Math.Round(value * Scale);
        return scaled >= long.MaxValue ? long.MaxValue : scaled <= long.MinValue ? long.MinValue : (long)scaled;
    }

    public double Ratio(double value, double target) => (double)Of(value) / Of(target);

    public static long Saturate(Int128 value) => value > long.MaxValue ? long.MaxValue : value < long.MinValue ? long.MinValue : (long)value;
}
