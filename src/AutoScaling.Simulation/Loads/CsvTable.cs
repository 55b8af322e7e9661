using System.Collections.Immutable;

namespace AutoScaling.Simulation.Loads;

/// <summary>One row of a CSV file.</summary>
/// <param name="Line">The line that it ends in.</param>
/// <param name="Cells">Its cells, without blanks around them.</param>
internal readonly record struct CsvRow(int Line, ImmutableArray<string> Cells)
{
    /// <summary>The cell of a column; empty if the row is too short.</summary>
    public string this[int column] => column < Cells.Length ? Cells[column] : "";
}

/// <summary>A CSV file as rows of cells, whatever separates them.</summary>
internal sealed record CsvTable(ImmutableArray<CsvRow> Rows, char Separator)
{
    // How many lines show what separates the cells.
    private const int Shown = 50;

    // Commas also stand within numbers and dates, so what else separates goes first.
    private static ReadOnlySpan<char> Separators => ['\t', ';', '|', ','];

    public static CsvTable Parse(TextReader reader)
    {
        var text = reader.ReadToEnd().TrimStart('\uFEFF');
        var (separator, isNamed) = SeparatorOf(text);
        var rows = ImmutableArray.CreateBuilder<CsvRow>();
        var reading = new CsvReading(text, separator);
        while (reading.Next() is { } row)
        {
            if (row.Cells.All(c => c.Length == 0) || row.Cells[0].StartsWith('#')) continue;
            if (isNamed && rows.Count == 0 && row.Cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase)) continue;
            rows.Add(row);
        }

        return new(rows.ToImmutable(), separator);
    }

    private static (char Separator, bool IsNamed) SeparatorOf(string text)
    {
        var lines = text.Split('\n', Shown + 1).Take(Shown).Select(l => l.Trim('\r')).Where(l => !string.IsNullOrWhiteSpace(l)).ToList();
        if (lines is [var first, ..] && first.Trim('"') is { Length: 5 } named
            && named.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
        {
            return (named[4], true);
        }

        var (best, most) = (',', 0);
        foreach (var separator in Separators)
        {
            var count = lines.Count(l => IsOutsideQuotes(l, separator));
            if (count > most) (best, most) = (separator, count);
        }

        return (best, false);
    }

    private static bool IsOutsideQuotes(string line, char separator)
    {
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == separator && !quoted) return true;
        }

        return false;
    }
}
