using System.Collections.Immutable;

namespace AutoScaling.Simulation.Loads;

/// <summary>Where in a table the times and the load are.</summary>
internal sealed record CsvColumns
{
    // How many rows show what a column holds.
    private const int Shown = 200;

    private static readonly ImmutableArray<string> TimeWords = ["time", "timestamp", "date", "datetime", "ts", "epoch", "unixtime"];

    /// <summary>The column of the times.</summary>
    public required int Time { get; init; }

    /// <summary>The column of the load.</summary>
    public required int Load { get; init; }

    /// <summary>The header of the times; empty if there is none.</summary>
    public required string TimeName { get; init; }

    /// <summary>The rows of the load.</summary>
    public required ImmutableArray<CsvRow> Rows { get; init; }

    /// <exception cref="ScalingException">There are no such columns, or several loads.</exception>
    public static CsvColumns Find(CsvTable table, string? wanted, string file)
    {
        var first = table.Rows.TakeWhile(row => !IsData(row)).Count();
        if (first == table.Rows.Length) throw NoRows(table, file);
        if (first == 0 && table.Rows[0].Cells.All(c => !LoadTimes.IsDate(c) && !(LoadTimes.TryNumber(c, out var n) && n > 1_000_000_000)))
            throw LoadFile.Wrong(file, table.Rows[0].Line, $"must be a header such as '{CsvLoad.Header}', but is {Text(table.Rows[0])}");

        // Files that were put together have their headers in between.
        var heads = table.Rows[..first];
        ImmutableArray<CsvRow> rows = [.. table.Rows[first..].Where(r => !heads.Any(h => h.Cells.SequenceEqual(r.Cells)))];
        var width = rows.Max(r => r.Cells.Length);
        var time = TimeOf(heads, rows, width);
        var names = Enumerable.Range(0, width).Select(c => NameOf(heads, time, c)).ToArray();
        var texts = Enumerable.Range(0, width).Where(c => c != time && IsText(rows, c)).ToList();
        var others = Enumerable.Range(0, width).Where(c => c != time && !texts.Contains(c));
        List<int> values = [.. others.Where(c => rows.Any(r => IsValue(r[c])) && !IsOtherTime(names[c], rows, c))];
        if (values.Count == 0 && rows.All(r => r.Cells.Length > 1))
            throw new ScalingException([$"Load trace '{file}' has no value: all of its {rows.Length} samples are gaps."]);
        if (values.Count == 0) throw LoadFile.Wrong(file, rows[0].Line, $"must have two values, a time and a load, but is {Text(rows[0])}");

        var load = values.Count == 1 ? values[0] : -1;
        string? series = null;
        if (wanted is not null)
        {
            var named = values.FindIndex(c => heads.Any(h => Same(h[c], wanted)));
            if (named >= 0) load = values[named];
            else if (texts.Any(c => rows.Any(r => Same(r[c], wanted)))) series = wanted;
            else throw Unknown(wanted, [.. values.Select(c => names[c]), .. texts.SelectMany(c => Distinct(rows, c))], file);
        }
        else if (load < 0 && values.FindIndex(c => Same(names[c], "load")) is >= 0 and var own)
        {
            load = values[own];
        }

        if (load < 0) throw Several(values.Select(c => names[c]), "columns", file);
        if (series is not null) rows = [.. rows.Where(r => texts.Any(c => Same(r[c], series)))];
        else if (HasTwice(rows, time) && texts.Select(c => Distinct(rows, c)).FirstOrDefault(d => d.Count > 1) is { } all)
            throw Several(all, "series", file);
        return new() { Time = time, Load = load, TimeName = names[time], Rows = Complete(rows, time, load, file) };
    }

    /// <summary>Whether a row holds a time and a value beside it.</summary>
    private static bool IsData(CsvRow row)
    {
        for (var t = 0; t < row.Cells.Length; t++)
        {
            if (!LoadTimes.IsDate(row[t]) && !LoadTimes.TryNumber(row[t], out _)) continue;
            for (var c = 0; c < row.Cells.Length; c++)
            {
                if (c != t && (IsValue(row[c]) || (LoadNumbers.IsGap(row[c]) && LoadTimes.IsDate(row[t])))) return true;
            }
        }

        return false;
    }

    private static bool IsValue(string cell) => LoadNumbers.IsNumber(cell) && !(cell.Length > 7 && LoadTimes.IsDate(cell));

    // A word in any row: a label. Broken numbers are few, and are told where they stand.
    private static bool IsText(ImmutableArray<CsvRow> rows, int column)
    {
        var shown = rows.Take(Shown).ToList();
        var words = shown.Count(r => !IsValue(r[column]) && !LoadNumbers.IsGap(r[column]) && !LoadTimes.IsDate(r[column]));
        return words * 2 > shown.Count || (words > 0 && !rows.Any(r => IsValue(r[column])));
    }

    // A second column of times, such as an epoch beside a date.
    private static bool IsOtherTime(string name, ImmutableArray<CsvRow> rows, int column) =>
        IsTimeName(name) && rows.Take(Shown).All(r => LoadTimes.IsDate(r[column]) || LoadTimes.TryNumber(r[column], out _));

    private static int TimeOf(ImmutableArray<CsvRow> heads, ImmutableArray<CsvRow> rows, int width)
    {
        // Dates are nothing else; numbers are times where the header says so, or where they come first.
        var columns = Enumerable.Range(0, width).ToList();
        var shown = rows.Take(Shown).ToList();
        var dates = columns.Where(c => shown.Count(r => LoadTimes.IsDate(r[c])) * 2 > shown.Count).ToList();
        if (dates.Count > 0) return dates[0];
        var named = columns.FindIndex(c => heads.Any(h => IsTimeName(h[c])));
        return named >= 0 ? named : 0;
    }

    private static bool IsTimeName(string name)
    {
        var letters = name.ToLowerInvariant().Split('_', ' ', '(', '.', '-', '[')[0];
        return TimeWords.Contains(letters, StringComparer.Ordinal) || name.Contains("timestamp", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("time", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The header of a column: that of the row that names the times, or else of the first row that looks like a header.</summary>
    private static string NameOf(ImmutableArray<CsvRow> heads, int time, int column)
    {
        foreach (var head in heads)
        {
            if (IsTimeName(head[time])) return head[column];
        }

        foreach (var head in heads)
        {
            if (head.Cells.Count(c => c.Length > 0) > 1) return head[column];
        }

        return heads is [var only, ..] ? only[column] : "";
    }

    // A row without a time says nothing of the load; exports end with totals and notes.
    private static ImmutableArray<CsvRow> Complete(ImmutableArray<CsvRow> rows, int time, int load, string file)
    {
        if (rows.FirstOrDefault(r => r[time].Length == 0 && r[load].Length > 0) is { Line: > 0 } timeless)
        {
            throw LoadFile.Wrong(
                file, timeless.Line, $"time must be a date, or a number of seconds, but is '' beside {LoadFile.Shown(timeless[load])}");
        }

        if (rows.FirstOrDefault(r => r.Cells.Length <= load && r.Cells.Length <= time + 1) is { Line: > 0 } narrow)
            throw LoadFile.Wrong(file, narrow.Line, $"must have two values, a time and a load, but is {Text(narrow)}");
        return rows;
    }

    private static bool HasTwice(ImmutableArray<CsvRow> rows, int time) =>
        rows.Select(r => r[time]).Distinct(StringComparer.Ordinal).Count() < rows.Length;

    private static List<string> Distinct(ImmutableArray<CsvRow> rows, int column) =>
        [.. rows.Select(r => r[column]).Where(c => c.Length > 0).Distinct(StringComparer.Ordinal)];

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static ScalingException NoRows(CsvTable table, string file) =>
        table.Rows is [var only] || table.Rows.Skip(1).All(r => r.Cells.Length > 1 && !r.Cells.Any(c => c.Any(char.IsAsciiDigit)))
            ? new([$"Load trace '{file}' has no row after its header."])
            : LoadFile.Wrong(
                file,
                table.Rows[1].Line,
                table.Rows[1].Cells.Length < 2
                    ? $"must have two values, a time and a load, but is {Text(table.Rows[1])}"
                    : $"must hold a time (a date, or a number of seconds) and a load (a number), but is {Text(table.Rows[1])}");

    private static ScalingException Several(IEnumerable<string> names, string what, string file) => new([
        $"Load trace '{file}' holds several {what}: {Listed(names)}. Say which is the load (Column; --column NAME)."]);

    private static ScalingException Unknown(string wanted, IEnumerable<string> names, string file) => new([
        $"Load trace '{file}' has no column '{wanted}': it has {Listed(names)}."]);

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(20).Select(n => LoadFile.Shown(n))) + (all.Count > 20 ? $" and {all.Count - 20} more" : "");
    }

    private static string Text(CsvRow row) => LoadFile.Shown(string.Join(',', row.Cells));
}
