using System.Collections.Immutable;

namespace AutoScaling.Simulation.Loads;

/// <summary>
/// Reads the rows of a CSV text (RFC 4180), as tools and people write them: with blanks around cells, and with quotes that nobody closes,
/// which are characters like others. The libraries that do this are none that a program compiled ahead of time may use without warnings.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="separator">What stands between cells.</param>
internal sealed class CsvReading(string text, char separator)
{
    private int _at;
    private int _line = 1;

    /// <summary>The next row; <see langword="null"/> at the end.</summary>
    public CsvRow? Next()
    {
        if (_at >= text.Length) return null;
        var cells = ImmutableArray.CreateBuilder<string>();
        while (true)
        {
            cells.Add(Cell());
            if (_at < text.Length && text[_at] == separator)
            {
                _at++;
                continue;
            }

            var line = _line;
            EndLine();
            return new(line, cells.ToImmutable());
        }
    }

    private string Cell()
    {
        var start = _at;
        while (start < text.Length && text[start] is ' ' or '\t' && text[start] != separator) start++;
        if (start < text.Length && text[start] == '"' && Closing(start + 1) is { } closing)
        {
            var quoted = text[(start + 1)..closing];
            _line += quoted.Count(c => c == '\n');
            _at = EndOfCell(closing + 1);
            return quoted.Replace("\"\"", "\"", StringComparison.Ordinal).Trim();
        }

        var from = _at;
        _at = EndOfCell(from);
        return text[from.._at].Trim();
    }

    /// <summary>The quote that closes a cell: the cell ends behind it. None closes it if another character follows.</summary>
    private int? Closing(int from)
    {
        for (var quote = text.IndexOf('"', from); quote >= 0; quote = text.IndexOf('"', quote + 1))
        {
            if (quote + 1 < text.Length && text[quote + 1] == '"')
            {
                quote++;
                continue;
            }

            return string.IsNullOrWhiteSpace(text[(quote + 1)..EndOfCell(quote + 1)]) ? quote : null;
        }

        return null;
    }

    private int EndOfCell(int from)
    {
        var end = text.AsSpan(from).IndexOfAny(separator, '\n', '\r');
        return end < 0 ? text.Length : from + end;
    }

    private void EndLine()
    {
        if (_at < text.Length && text[_at] == '\r') _at++;
        if (_at < text.Length && text[_at] == '\n') _at++;
        _line++;
    }
}
