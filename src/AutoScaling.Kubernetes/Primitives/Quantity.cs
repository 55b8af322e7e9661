using System.Numerics;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>An amount as Kubernetes writes it: <c>100m</c>, <c>1.5Gi</c>, <c>1e3</c>, <c>123456789n</c>. Exact to the billionth.</summary>
/// <remarks>
/// Source: the grammar and the limits of k8s.io/apimachinery/pkg/api/resource. What is finer than a billionth is rounded away from 0;
/// amounts beyond the largest 64-bit integer are that integer.
/// </remarks>
internal readonly record struct Quantity
{
    private const int NanoDigits = 9;
    private const int MostDigits = 1000;

    // A number of so many digits, together with those of its suffix, is below the largest Int128 even in billionths.
    private const int PlainDigits = 28;
    private const int LargestTwos = 19;
    private const long NanosPerMilli = 1_000_000;

    private static readonly Int128 Largest = (Int128)long.MaxValue * 1_000_000_000;

    private Quantity(Int128 nanos) => Nanos = nanos;

    /// <summary>The amount in billionths.</summary>
    public Int128 Nanos { get; }

    /// <summary>The amount, to the precision of a double.</summary>
    public double Value => (double)Nanos / 1e9;

    /// <summary>The amount in thousandths, rounded away from 0 as Kubernetes does when it computes with amounts; saturates.</summary>
    public long Milli
    {
        get
        {
            var (whole, rest) = Int128.DivRem(Nanos, NanosPerMilli);
            whole += Int128.Sign(rest);
            return whole > long.MaxValue ? long.MaxValue : whole < long.MinValue ? long.MinValue : (long)whole;
        }
    }

    /// <summary>Reads an amount.</summary>
    /// <returns><see langword="null"/> if the text is none.</returns>
    public static Quantity? Parse(ReadOnlySpan<byte> text)
    {
        var negative = text is [(byte)'-', ..];
        if (text is [(byte)'+' or (byte)'-', ..]) text = text[1..];
        var integer = Digits(text);
        var fraction = text.Length > integer && text[integer] == '.' ? Digits(text[(integer + 1)..]) : 0;
        var number = text[..(integer + (text.Length > integer && text[integer] == '.' ? 1 + fraction : 0))];
        if (integer + fraction is 0 or > MostDigits || Suffix(text[number.Length..]) is not { } suffix) return null;

        var digits = number.Length + Math.Max(0, suffix.Tens) + (suffix.Twos > 0 ? LargestTwos : 0);
        var nanos = digits <= PlainDigits && suffix.Tens >= -NanoDigits
            ? Plain(number, fraction, suffix)
            : Big(number, fraction, suffix);
        return new(negative ? -nanos : nanos);
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }

    /// <summary>An amount of few digits, as nearly all are: without big integers.</summary>
    private static Int128 Plain(ReadOnlySpan<byte> number, int fraction, (int Tens, int Twos) suffix)
    {
        Int128 nanos = 0;
        foreach (var c in number)
        {
            if (c != '.') nanos = (nanos * 10) + (c - '0');
        }

        nanos <<= suffix.Twos;
        var tens = suffix.Tens + NanoDigits - fraction;
        if (tens >= 0) return Int128.Min(nanos * Power(tens), Largest);
        var (whole, rest) = Int128.DivRem(nanos, Power(-tens));
        return rest == 0 ? whole : whole + 1;
    }

    private static Int128 Big(ReadOnlySpan<byte> number, int fraction, (int Tens, int Twos) suffix)
    {
        BigInteger mantissa = 0;
        foreach (var c in number)
        {
            if (c != '.') mantissa = (mantissa * 10) + (c - '0');
        }

        if (mantissa.IsZero) return 0;
        var tens = Math.Clamp((long)suffix.Tens + NanoDigits - fraction, -3 * MostDigits, 3 * MostDigits);
        mantissa <<= suffix.Twos;
        if (tens >= 0)
        {
            mantissa *= BigInteger.Pow(10, (int)tens);
        }
        else
        {
            mantissa = BigInteger.DivRem(mantissa, BigInteger.Pow(10, (int)-tens), out var rest);
            if (!rest.IsZero) mantissa++;
        }

        return mantissa >= (BigInteger)Largest ? Largest : (Int128)mantissa;
    }

    private static Int128 Power(int tens)
    {
        Int128 power = 1;
        for (var i = 0; i < tens; i++) power *= 10;
        return power;
    }

    /// <summary>The power of ten and of two that a suffix stands for.</summary>
    private static (int Tens, int Twos)? Suffix(ReadOnlySpan<byte> text) => text switch
    {
        [] => (0, 0),
        [(byte)'n'] => (-9, 0),
        [(byte)'u'] => (-6, 0),
        [(byte)'m'] => (-3, 0),
        [(byte)'k'] => (3, 0),
        [(byte)'M'] => (6, 0),
        [(byte)'G'] => (9, 0),
        [(byte)'T'] => (12, 0),
        [(byte)'P'] => (15, 0),
        [(byte)'E'] => (18, 0),
        [(byte)'K', (byte)'i'] => (0, 10),
        [(byte)'M', (byte)'i'] => (0, 20),
        [(byte)'G', (byte)'i'] => (0, 30),
        [(byte)'T', (byte)'i'] => (0, 40),
        [(byte)'P', (byte)'i'] => (0, 50),
        [(byte)'E', (byte)'i'] => (0, 60),
        [(byte)'e' or (byte)'E', .. var exponent] => Exponent(exponent),
        _ => null,
    };

    private static (int Tens, int Twos)? Exponent(ReadOnlySpan<byte> text)
    {
        var negative = text is [(byte)'-', ..];
        if (text is [(byte)'+' or (byte)'-', ..]) text = text[1..];
        if (text.Length == 0 || Digits(text) != text.Length) return null;
        var exponent = 0;
        foreach (var c in text) exponent = Math.Min((exponent * 10) + (c - '0'), 10 * MostDigits);
        return (negative ? -exponent : exponent, 0);
    }
}
