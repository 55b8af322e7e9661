using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;

namespace AutoScaling.Kubernetes.Tests.Primitives;

public sealed class QuantityTests
{
    private static readonly BigInteger Giga = 1_000_000_000;

    private static readonly (string Suffix, BigInteger Times, BigInteger By)[] Suffixes =
    [
        ("", 1, 1), ("n", 1, Giga), ("u", 1, 1_000_000), ("m", 1, 1000), ("k", 1000, 1), ("M", 1_000_000, 1), ("G", Giga, 1), ("T", Giga * 1000, 1), ("P", Giga * 1_000_000, 1), ("E", Giga * Giga, 1),
        ("Ki", 1024, 1), ("Mi", 1 << 20, 1), ("Gi", 1 << 30, 1), ("Ti", 1L << 40, 1), ("Pi", 1L << 50, 1), ("Ei", 1L << 60, 1),
        ("e3", 1000, 1), ("E3", 1000, 1), ("e-3", 1, 1000), ("e+2", 100, 1), ("e-12", 1, Giga * 1000), ("e0", 1, 1), ("e30", BigInteger.Pow(10, 30), 1),
    ];

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("1", 1, 1000)]
    [InlineData("100m", 0.1, 100)]
    [InlineData("1Ki", 1024, 1_024_000)]
    [InlineData("1e3", 1000, 1_000_000)]
    [InlineData("1E3", 1000, 1_000_000)]
    [InlineData("1E", 1e18, long.MaxValue)]
    [InlineData("123456789n", 0.123456789, 124)]
    [InlineData("-123456789n", -0.123456789, -124)]
    [InlineData("20000000000n", 20, 20_000)]
    [InlineData("1500u", 0.0015, 2)]
    [InlineData("-1", -1, -1000)]
    [InlineData("+1.5", 1.5, 1500)]
    [InlineData("1.", 1, 1000)]
    [InlineData(".5", 0.5, 500)]
    [InlineData("0.5Gi", 536870912, 536870912000)]
    [InlineData("65536Ki", 67108864, 67108864000)]
    [InlineData("0.0000000001", 1e-9, 1)]
    [InlineData("1e-1000", 1e-9, 1)]
    [InlineData("1e99999999999", 9223372036854775807.0, long.MaxValue)]
    [InlineData("-8Ei", -9223372036854775807.0, long.MinValue)]
    public void Parse_Amount_IsExact(string text, double value, long milli)
    {
        var parsed = Parse(text);
        Assert.Equal((value, milli), (parsed!.Value.Value, parsed.Value.Milli));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("m")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("1mm")]
    [InlineData("1ki")]
    [InlineData("1K")]
    [InlineData("1e")]
    [InlineData("1e3m")]
    [InlineData("1e3.5")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    public void Parse_NoAmount_IsNull(string text) => Assert.Null(Parse(text));

    [Fact]
    public void Parse_AnyAmount_IsWhatAReferenceInFractionsSays() =>
        Gen.Select(Gen.String[Gen.Char['0', '9'], 0, 30], Gen.String[Gen.Char['0', '9'], 0, 14], Gen.Bool, Gen.OneOf(Gen.Const(""), Gen.Const("-"), Gen.Const("+")), Gen.Int[0, Suffixes.Length - 1].Select(i => Suffixes[i]))
            .Where((whole, fraction, _, _, _) => whole.Length + fraction.Length > 0)
            .Sample((whole, fraction, dot, sign, suffix) =>
            {
                var text = sign + whole + (dot || fraction.Length > 0 ? "." : "") + fraction + suffix.Suffix;
                var numerator = BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture) * suffix.Times * Giga;
                var denominator = suffix.By * BigInteger.Pow(10, fraction.Length);
                var nanos = BigInteger.Min((numerator + denominator - 1) / denominator, long.MaxValue * Giga);
                Assert.Equal(sign == "-" ? -nanos : nanos, (BigInteger)Parse(text)!.Value.Nanos);
            });

    [Fact]
    public void Parse_AnyText_IsReadOrRefusedAndNeverThrows() =>
        Gen.String[Gen.Char["0123456789.eE+-numkMGTPi "], 0, 12].Sample(text => Parse(text) is null || text.Any(char.IsAsciiDigit));

    private static Quantity? Parse(string text) => Quantity.Parse(Encoding.UTF8.GetBytes(text));
}
