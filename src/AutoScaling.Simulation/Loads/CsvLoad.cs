using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>
/// Reads loads as CSV: our own (<c>time_s,load</c>), and what Grafana, CloudWatch, Datadog and spreadsheets export. Nothing is taken from
/// the name of a tool: what a column holds is seen by its cells, and by its header where numbers could be both.
/// </summary>
internal static class CsvLoad
{
    public const string Header = "time_s,load";

    public static LoadRows Parse(TextReader reader, string name, string file, LoadOptions options)
    {
        var table = CsvTable.Parse(reader);
        if (table.Rows.IsEmpty)
            throw new ScalingException([$"Load trace '{file}' is empty; its first line must be a header such as '{Header}'."]);
        var columns = CsvColumns.Find(table, options.Column, file);
        var rows = columns.Rows;
        var times = new LoadTimes(options.Zone, columns.TimeName, [.. rows.Select(r => r[columns.Time])]);
        var numbers = new LoadNumbers(rows.Select(r => r[columns.Load]), table.Separator != ',');
        List<LoadSample> samples = new(rows.Length);
        foreach (var row in rows)
        {
            if (times.Read(row[columns.Time], out var why) is not { } ticks) throw LoadFile.Wrong(file, row.Line, why);
            var load = numbers.Read(row[columns.Load]);
            if (load is null || double.IsInfinity(load.Value))
                throw LoadFile.Wrong(file, row.Line, $"load must be a number, but is {LoadFile.Shown(row[columns.Load])}");
            if (load < 0) throw LoadFile.Wrong(file, row.Line, $"load must be at least 0, but is {Phrase.Exact(load.Value)}");
            samples.Add(new(ticks, load.Value, row.Line));
        }

        return LoadSamples.Rows(samples, times.IsDated, options, name, file);
    }
}
