using CsCheck;

namespace AutoScaling.Tests.Metrics.Meters;

public sealed class QuantileSketchTests
{
    private static readonly Gen<double> AnySize = Gen.Select(Gen.Double[-8.9, 17.9], Gen.Int[-1, 1], (size, sign) => sign * Math.Pow(10, size));

    [Fact]
    public void Quantile_AnyValues_IsWithinOnePercentOfTheExactOne() =>
        Gen.Select(AnySize.Array[1, 300], Gen.Double[0, 1]).Sample((values, level) => AssertNear(values, level, Sketch(values)));

    [Fact]
    public void Quantile_LatencyLikeValues_IsWithinOnePercentOfTheExactOne() =>
        Gen.Select(Gen.Double[0.001, 2].Array[50, 2000], Gen.OneOf(Gen.Const(0.0), Gen.Const(0.5), Gen.Const(0.95), Gen.Const(0.99), Gen.Const(1.0)))
            .Sample((values, level) => AssertNear(values, level, Sketch(values)));

    [Fact]
    public void Quantile_ValuesSpreadOverSketches_IsThatOfAllOfThem() =>
        Gen.Select(AnySize.Array[0, 50].Array[1, 12], Gen.Double[0, 1]).Sample((parts, level) =>
        {
            var all = parts.SelectMany(p => p).ToArray();
            var found = QuantileSketch.Quantile([null, .. parts.Select(Sketch)], level);
            if (all.Length == 0) Assert.Null(found);
            else AssertNear(all, level, found);
        });

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1e18)]
    [InlineData(-1e18)]
    public void Quantile_OneValue_IsThatValue(double value) => AssertNear([value], 0.5, Sketch(value));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-10, 0)]
    [InlineData(-1e-10, 0)]
    [InlineData(double.Epsilon, 0)]
    [InlineData(double.MaxValue, 1e18)]
    [InlineData(double.MinValue, -1e18)]
    public void Quantile_ValueOutsideTheRange_IsTheNearestInside(double value, double expected) =>
        Assert.Equal(expected, QuantileSketch.Quantile([Sketch(value)], 0.5)!.Value, Math.Abs(expected) * 0.0100001);

    [Fact]
    public void Clear_ThenOtherValues_HoldsOnlyThose()
    {
        var sketch = Sketch(1, 2, 3);
        sketch.Clear();
        Assert.Null(QuantileSketch.Quantile([sketch], 0.5));
        sketch.Add(1000);
        AssertNear([1000], 0, QuantileSketch.Quantile([sketch], 0));
    }

    private static QuantileSketch Sketch(params double[] values)
    {
        var sketch = new QuantileSketch();
        foreach (var value in values) sketch.Add(value);
        return sketch;
    }

    private static void AssertNear(double[] values, double level, QuantileSketch sketch) => AssertNear(values, level, QuantileSketch.Quantile([sketch], level));

    private static void AssertNear(double[] values, double level, double? found)
    {
        var exact = values.Order().ElementAt((int)(level * (values.Length - 1)));
        Assert.NotNull(found);
        Assert.Equal(exact, found.Value, Math.Abs(exact) * (QuantileSketch.RelativeError + 1e-9));
    }
}
