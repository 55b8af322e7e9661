using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>What the forecasts of one backtest came to, over the part of the trace that is scored.</summary>
internal sealed record ForecastScores
{
    private const int MostShown = 3;

    /// <summary>The share of time in which there was a forecast, in percent.</summary>
    public required double KnownTime { get; init; }

    /// <summary>The share of time in which the gate was open, in percent.</summary>
    public required double OpenTime { get; init; }

    /// <summary>The share of the time with a forecast in which no more came than it said, in percent; NaN without one.</summary>
    public required double EnoughTime { get; init; }

    /// <summary>Whether it may decide, or only observes.</summary>
    public required ForecastMode Mode { get; init; }

    /// <summary>Who was in charge for which share of the time with a forecast, in percent; the most first.</summary>
    public required ImmutableArray<(string Forecaster, double Time)> InCharge { get; init; }

    /// <summary>What the imagined runs had cost at the end.</summary>
    public required ImaginedCost? Cost { get; init; }

    public required ImaginedCost? BaseCost { get; init; }

    /// <summary>The forecasts of a backtest; <see langword="null"/> if its policy makes none.</summary>
    public static ForecastScores? Of(BacktestRun run)
    {
        if (run.Candidate.Policy?.Rules.OfType<ForecastRule>().FirstOrDefault() is not { } rule || run.Forecasts.IsEmpty) return null;
        var came = ForecastCourse.Came(run);
        var (known, open, enough, all) = (0, 0, 0, Math.Max(1, run.Workload.Load.Length - run.Workload.ScoredFrom));
        var inCharge = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < run.Forecasts.Length; i++)
        {
            var (step, outlook) = run.Forecasts[i];
            var until = i + 1 < run.Forecasts.Length ? run.Forecasts[i + 1].Step : run.Workload.Load.Length;
            var steps = Math.Max(0, until - Math.Max(step, run.Workload.ScoredFrom));
            if (outlook.IsOpen) open += steps;
            if (!outlook.IsKnown) continue;
            known += steps;
            if (came[i] <= outlook.UpTo) enough += steps;
            inCharge[outlook.Forecaster] = inCharge.GetValueOrDefault(outlook.Forecaster) + steps;
        }

        var last = run.Forecasts[^1].Outlook;
        return new()
        {
            KnownTime = 100.0 * known / all,
            OpenTime = 100.0 * open / all,
            EnoughTime = known == 0 ? double.NaN : 100.0 * enough / known,
            Mode = rule.Mode,
            InCharge = [.. inCharge.Where(f => f.Value > 0).Select(f => (f.Key, 100.0 * f.Value / known)).OrderByDescending(f => f.Item2)],
            Cost = last.Cost,
            BaseCost = last.BaseCost,
        };
    }

    /// <summary>All of it as sentences.</summary>
    public override string ToString()
    {
        if (InCharge.IsEmpty) return "it made no forecast in the time that is scored.";
        var observes = Mode == ForecastMode.Observe ? ", and the rule only observes" : "";
        var gate = $"the gate was open {Numbers.Count(OpenTime)} % of the time{observes}";
        return $"{gate}; in charge: {ChargeText}; no more came than it said {Numbers.Count(EnoughTime)} % of the time. "
            + $"Imagined cost in the end: {Text(Cost)}; target tracking {Text(BaseCost)}.";
    }

    /// <summary>Those who were in charge the most.</summary>
    public string ChargeText
    {
        get
        {
            var shown = InCharge.Take(MostShown).Select(f => $"{f.Forecaster} {Numbers.Count(f.Time)} %");
            var others = InCharge.Skip(MostShown).Sum(f => f.Time);
            return string.Join(", ", others > 0 ? shown.Append($"others {Numbers.Count(others)} %") : shown);
        }
    }

    public static string Text(ImaginedCost? cost) => cost is { } c
        ? $"{Phrase.Of(c.Total)} ({Phrase.Of(c.Replicas)} replicas, {Phrase.Of(c.ShortPercent)} % of the load short)"
        : "not known yet";
}
