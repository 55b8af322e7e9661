namespace AutoScaling.Metrics.Meters;

/// <summary>
/// Counts values in buckets whose bounds grow by a constant factor, so that quantiles are known within 1 percent of their value.
/// </summary>
/// <remarks>
/// Source: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees" (VLDB 2019). Values
/// nearer to 0 than 1e-9 count as 0, values beyond 1e18 as 1e18; so there are about 6,200 buckets (25 KB), of which only the range in use
/// is held. Not thread-safe.
/// </remarks>
internal sealed class QuantileSketch
{
    public const double RelativeError = 0.01;

    private const double Least = 1e-9, Most = 1e18;
    private const double Gamma = (1 + RelativeError) / (1 - RelativeError);
    private const int Block = 64;

    private static readonly double LogGamma = Math.Log(Gamma);
    private static readonly int LeastIndex = (int)Math.Ceiling(Math.Log(Least) / LogGamma);

    private int[] _counts = [];
    private int _firstKey;
    private long _count;

    /// <summary>Counts a finite value.</summary>
    public void Add(double value)
    {
        var key = Key(value);
        if (key < _firstKey || key >= _firstKey + _counts.Length) Grow(key);
        _counts[key - _firstKey]++;
        _count++;
    }

    public void Clear()
    {
        if (_count == 0) return;
        Array.Clear(_counts);
        _count = 0;
    }

    /// <summary>A quantile of the values of several sketches together; <see langword="null"/> if there are none.</summary>
    public static double? Quantile(ReadOnlySpan<QuantileSketch?> sketches, double level)
    {
        long count = 0;
        int first = int.MaxValue, end = int.MinValue;
        foreach (var sketch in sketches)
        {
            if (sketch is null or { _count: 0 }) continue;
            count += sketch._count;
            first = Math.Min(first, sketch._firstKey);
            end = Math.Max(end, sketch._firstKey + sketch._counts.Length);
        }

        var rank = (long)(level * (count - 1));
        long seen = 0;
        for (var key = first; key < end; key++)
        {
            foreach (var sketch in sketches)
            {
                var index = key - (sketch?._firstKey ?? 0);
                if (sketch is not null && index >= 0 && index < sketch._counts.Length) seen += sketch._counts[index];
            }

            if (seen > rank) return Value(key);
        }

        return null;
    }

    // Keys have the order of the values: those of negative values are negative, that of 0 is 0.
    private static int Key(double value)
    {
        var size = Math.Min(Math.Abs(value), Most);
        if (size < Least) return 0;
        var key = (int)Math.Ceiling(Math.Log(size) / LogGamma) - LeastIndex + 1;
        return value > 0 ? key : -key;
    }

    // The value in the bucket whose relative distance to both of its bounds is the same.
    private static double Value(int key) =>
        key == 0 ? 0 : Math.Sign(key) * 2 * Math.Pow(Gamma, Math.Abs(key) + LeastIndex - 1) / (Gamma + 1);

    private void Grow(int key)
    {
        var first = key - (((key % Block) + Block) % Block);
        var end = first + Block;
        if (_counts.Length > 0)
        {
            first = Math.Min(first, _firstKey);
            end = Math.Max(end, _firstKey + _counts.Length);
        }

        var counts = new int[end - first];
        _counts.CopyTo(counts, _counts.Length > 0 ? _firstKey - first : 0);
        (_counts, _firstKey) = (counts, first);
    }
}
