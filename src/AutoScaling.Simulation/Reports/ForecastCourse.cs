using System.Text.Json;

namespace AutoScaling.Simulation.Reports;

/// <summary>The forecasts of a backtest for the plots, beside what came.</summary>
internal static class ForecastCourse
{
    // Two months of minutes, one by one; of more, only some are drawn, and those at which the gate or the one in charge changes.
    private const int Most = 90_000;

    /// <summary>
    /// The most load that came within the time that each forecast looks ahead, in replicas in full use: what the forecast was of.
    /// </summary>
    public static double[] Came(BacktestRun run)
    {
        var load = run.Workload.Load.AsSpan();
        var capacity = run.Workload.Model.CapacityPerReplica;
        var came = new double[run.Forecasts.Length];
        for (var i = 0; i < came.Length; i++)
        {
            var (step, outlook) = run.Forecasts[i];
            var until = (int)Math.Min(load.Length, step + Math.Max(1, outlook.Ahead / run.Workload.Step));
            foreach (var one in load[step..until]) came[i] = Math.Max(came[i], one / capacity);
        }

        return came;
    }

    public static void Write(Utf8JsonWriter json, BacktestRun run)
    {
        if (run.Forecasts.IsEmpty) return;
        var came = Came(run);
        var stride = (run.Forecasts.Length + Most - 1) / Most;
        List<int> kept = [.. Enumerable.Range(0, came.Length).Where(i => i % stride == 0 || IsTurn(run, i))];
        List<string> names = [.. run.Forecasts.Select(f => f.Outlook.Forecaster).Distinct(StringComparer.Ordinal)];

        json.WriteStartObject("forecast");
        json.WriteStartArray("names");
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
        var before = 0;
        Column("after", i =>
        {
            json.WriteNumberValue(run.Forecasts[i].Step - before);
            before = run.Forecasts[i].Step;
        });
        Column("expected", i => Thousandths(json, run.Forecasts[i].Outlook.Expected));
        Column("upTo", i => Thousandths(json, run.Forecasts[i].Outlook.UpTo));
        Column("came", i => Thousandths(json, came[i]));
        Column("minutes", i => json.WriteNumberValue((int)run.Forecasts[i].Outlook.Ahead.TotalMinutes));
        Column("enough", i => Thousandths(json, run.Forecasts[i].Outlook.EnoughPercent / 100));
        Column("name", i => json.WriteNumberValue(names.IndexOf(run.Forecasts[i].Outlook.Forecaster)));
        Column("open", i => json.WriteNumberValue(run.Forecasts[i].Outlook.IsOpen ? 1 : 0));
        Column("cost", i => Thousandths(json, run.Forecasts[i].Outlook.Cost?.Total ?? double.NaN));
        Column("baseCost", i => Thousandths(json, run.Forecasts[i].Outlook.BaseCost?.Total ?? double.NaN));
        json.WriteEndObject();

        void Column(string name, Action<int> write)
        {
            json.WriteStartArray(name);
            foreach (var i in kept) write(i);
            json.WriteEndArray();
        }
    }

    private static bool IsTurn(BacktestRun run, int i)
    {
        if (i == 0) return true;
        var (before, now) = (run.Forecasts[i - 1].Outlook, run.Forecasts[i].Outlook);
        return before.IsOpen != now.IsOpen || !string.Equals(before.Forecaster, now.Forecaster, StringComparison.Ordinal);
    }

    private static void Thousandths(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue((long)Math.Round(value * 1000));
        else json.WriteNullValue();
    }
}
