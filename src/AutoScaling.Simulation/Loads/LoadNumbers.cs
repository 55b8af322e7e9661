using System.Collections.Frozen;
using System.Globalization;

namespace AutoScaling.Simulation.Loads;

/// <summary>Reads numbers as exports write them: with separators of thousands, decimal commas, units, and words for "no value".</summary>
internal sealed class LoadNumbers
{
    private static readonly FrozenSet<string> Gaps = FrozenSet.ToFrozenSet(
        [
            "", "nan", "null", "nil", "none", "undefined", "n/a", "na", "-", "--", "no data", "no value",
            "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, double> Factors = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["K"] = 1e3,
        ["k"] = 1e3,
        ["M"] = 1e6,
        ["Mil"] = 1e6,
        ["mil"] = 1e6,
        ["Mio"] = 1e6,
        ["G"] = 1e9,
        ["B"] = 1e9,
        ["Bil"] = 1e9,
        ["T"] = 1e12,
        ["Tri"] = 1e12,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly char _decimal;

    /// <summary>Creates a reader.</summary>
    /// <param name="cells">All of the column, which show how it is written.</param>
    /// <param name="hasDecimalComma">Whether commas are decimal where nothing shows what they are.</param>
    public LoadNumbers(IEnumerable<string> cells, bool hasDecimalComma) => _decimal = DecimalOf(cells, hasDecimalComma);

    public static bool IsGap(string text) => Gaps.Contains(text);

    /// <summary>Whether a text looks like a number with or without a unit, or says that there is none.</summary>
    public static bool IsNumber(string text) => Parts(text) is { } parts && IsUnit(parts.Unit);

    /// <summary>The number; NaN for a gap; <see langword="null"/> if it is none.</summary>
    public double? Read(string text)
    {
        if (_decimal == '.'
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value))
        {
            return value;
        }

        if (IsGap(text)) return double.NaN;
        if (Parts(text) is not { } parts || !IsUnit(parts.Unit)) return null;
        var thousands = _decimal == '.' ? ',' : '.';
        var plain = parts.Number.Replace(thousands.ToString(), "", StringComparison.Ordinal).Replace(_decimal, '.');
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number * FactorOf(parts.Unit)
            : null;
    }

    // "K req/s" and "Kreq/s" are thousands, "kernel" is a word.
    private static double FactorOf(string unit)
    {
        var end = unit.IndexOf(' ', StringComparison.Ordinal);
        if (Factors.TryGetValue(end < 0 ? unit : unit[..end], out var factor)) return factor;
        return unit.Length > 1 && unit[0] is 'K' or 'k' or 'M' or 'G' && IsRate(unit[1..]) ? Factors[unit[..1]] : 1;
    }

    private static bool IsRate(string unit) =>
        unit[0] == '/' || Array.Exists(["req", "ops", "rps", "qps"], known => unit.StartsWith(known, StringComparison.OrdinalIgnoreCase));

    private static bool IsUnit(string unit) =>
        unit.Length <= 20 && !unit.StartsWith('-') && unit.All(c => char.IsLetter(c) || c is '/' or '%' or ' ' or '.' or '(' or ')' or '-');

    /// <summary>A number without blanks, and what stands behind it.</summary>
    private static (string Number, string Unit)? Parts(string text)
    {
        var plain = text.Replace('\u00A0', ' ').Replace('\u202F', ' ').Replace('\u2009', ' ').Replace('\u2212', '-').Trim();
        var end = 0;
        while (end < plain.Length && IsPart(plain, end)) end++;
        if (!plain.AsSpan(0, end).ContainsAnyInRange('0', '9')) return null;
        return (string.Concat(plain[..end].Where(c => c is not (' ' or '\'' or '_' or '’'))), plain[end..].Trim());
    }

    private static bool IsPart(string text, int at) =>
        char.IsAsciiDigit(text[at]) || text[at] is '.' or ',' or '\'' or '’' or '_' or '+' or '-'
        || IsBlankWithin(text, at) || IsExponent(text, at);

    // A blank between thousands: three digits follow, and no more.
    private static bool IsBlankWithin(string text, int at) =>
        text[at] == ' ' && at > 0 && char.IsAsciiDigit(text[at - 1]) && at + 3 < text.Length
        && text.AsSpan(at + 1, 3).IndexOfAnyExceptInRange('0', '9') < 0 && (at + 4 == text.Length || !char.IsAsciiDigit(text[at + 4]));

    private static bool IsExponent(string text, int at) =>
        text[at] is 'e' or 'E' && at > 0 && char.IsAsciiDigit(text[at - 1]) && at + 1 < text.Length
        && (char.IsAsciiDigit(text[at + 1]) || (text[at + 1] is '+' or '-' && at + 2 < text.Length && char.IsAsciiDigit(text[at + 2])));

    /// <summary>Finds what a comma is, by all cells together.</summary>
    private static char DecimalOf(IEnumerable<string> cells, bool hasDecimalComma)
    {
        var (hasComma, allThree) = (false, true);
        foreach (var cell in cells)
        {
            if (!cell.Contains(',', StringComparison.Ordinal) && cell.Count(c => c == '.') < 2) continue;
            if (Parts(cell) is not { } parts) continue;
            var (comma, dot) = (parts.Number.LastIndexOf(','), parts.Number.LastIndexOf('.'));
            if (comma < 0)
            {
                if (parts.Number.Count(c => c == '.') > 1) return ',';
                continue;
            }

            hasComma = true;

            // The one that comes last is the decimal one; one that comes twice is not.
            if (dot >= 0) return comma > dot ? ',' : '.';
            if (parts.Number.Count(c => c == ',') > 1) return '.';
            allThree &= parts.Number.Length - comma == 4 && parts.Number[..comma].TrimStart('-', '+') is not ("0" or "" or { Length: > 3 });
        }

        if (!hasComma) return '.';
        return !allThree || hasDecimalComma ? ',' : '.';
    }
}
