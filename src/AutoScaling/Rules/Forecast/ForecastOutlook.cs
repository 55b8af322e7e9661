using System.Collections.Immutable;
using AutoScaling.Primitives;
using AutoScaling.Rules.Forecast;

namespace AutoScaling;

/// <summary>What an imagined run has cost over about the last day, in replicas and in load that met too few of them.</summary>
/// <param name="Replicas">The mean of the replicas that served.</param>
/// <param name="ShortPercent">The share of the load that met too few replicas, in percent.</param>
/// <param name="Total">Both as one number, in replicas: what the rule compares.</param>
public readonly record struct ImaginedCost(double Replicas, double ShortPercent, double Total);

/// <summary>
/// What a <see cref="ForecastRule"/> saw at one evaluation: its forecast, which forecaster made it, and what both its forecast and target
/// tracking would have cost. It is the detail of the rule's answer, as figures; its text is a sentence.
/// </summary>
public sealed class ForecastOutlook
{
    private static readonly ImmutableArray<string> Forecasters =
    [
        "as in the last minute", "the mean of the last minutes", "the most of the last minutes", "the same time of day",
        "the same time of the week", "the most around the same time of day", "the most around the same time of the week",
    ];

    // How long both are imagined before one is preferred.
    internal const int NeededSeconds = 3600;

    private readonly float _forecast, _bare, _imagined, _weight, _load;
    private readonly float _tracking, _trackingShort, _trackingLoss;
    private readonly float _forecasting, _forecastingShort, _forecastingLoss;
    private readonly byte _forecaster, _headroom, _ahead;
    private readonly bool _isOpen;
    private readonly int _scored;
    private readonly double _objective;

    internal ForecastOutlook(in ForecastLive live, int scored, double objective)
    {
        (_forecast, _bare, _imagined, _weight, _load) = (live.Forecast, live.Bare, live.Imagined, live.Weight, live.Load);
        (_tracking, _trackingShort, _trackingLoss) = (live.Tracking.Replicas, live.Tracking.Short, live.Tracking.Loss);
        (_forecasting, _forecastingShort, _forecastingLoss) = (live.Forecasting.Replicas, live.Forecasting.Short, live.Forecasting.Loss);
        (_forecaster, _headroom, _ahead) = (live.Forecaster, live.Headroom, live.Ahead);
        (_isOpen, _scored, _objective) = (live.IsOpen == 1, scored, objective);
    }

    /// <summary>Whether there is a forecast yet.</summary>
    public bool IsKnown => _forecast >= 0;

    /// <summary>What the foremost forecaster expects as the most load within <see cref="Ahead"/>, in replicas in full use.</summary>
    /// <value>NaN if there is none.</value>
    public double Expected => IsKnown ? _bare : double.NaN;

    /// <summary>
    /// The load that replicas are asked for: the mean of the forecasters that cost least, each with the headroom that it has learned, which
    /// can be less than nothing.
    /// </summary>
    /// <value>NaN if there is none.</value>
    public double UpTo => IsKnown ? _forecast : double.NaN;

    /// <summary>How far ahead it looks: the start delay and the age of what is measured, in whole minutes.</summary>
    public TimeSpan Ahead => TimeSpan.FromMinutes(_ahead);

    /// <summary>Which forecaster counts most, in words: <c>the same time of day</c>.</summary>
    /// <value>The last one that was, if there is no forecast.</value>
    public string Forecaster => Forecasters[_forecaster];

    /// <summary>For how much of the time the foremost forecaster with its headroom was enough, in percent.</summary>
    public double EnoughPercent => 100 * ForecastBank.Quantiles[_headroom];

    /// <summary>Whether the gate is open: the imagined run of the forecast costs less than that of target tracking.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>What the imagined run of the forecast has cost.</summary>
    /// <value><see langword="null"/> until an hour has been imagined.</value>
    public ImaginedCost? Cost => CostOf(_forecasting, _forecastingShort, _forecastingLoss);

    /// <summary>What the imagined run of target tracking has cost.</summary>
    /// <value><see langword="null"/> until an hour has been imagined.</value>
    public ImaginedCost? BaseCost => CostOf(_tracking, _trackingShort, _trackingLoss);

    private bool IsImagined => _imagined >= NeededSeconds;

    /// <summary>Finds it in an answer of the rule.</summary>
    /// <param name="recommendation">The answer, as a decision of this process holds it.</param>
    /// <returns>
    /// <see langword="null"/> if it is no answer of the rule, if it was read from JSON, where only the sentence is left, or if target
    /// tracking had something to say instead.
    /// </returns>
    public static ForecastOutlook? Of(in Recommendation recommendation) => recommendation.Said as ForecastOutlook;

    /// <summary>The outlook as the end of a sentence.</summary>
    public override string ToString()
    {
        if (Cost is not { } cost || BaseCost is not { } baseCost) return Waiting((int)_imagined / 60, NeededSeconds / 60);
        if (!IsKnown) return Waiting(Math.Min(_scored, ForecastBank.Needed), ForecastBank.Needed);
        var more = _bare > 0 ? $", and {Phrase.Of(100 * ((_forecast / _bare) - 1))} % above it" : ", and some more";
        var saying = $"up to {Phrase.Of(_forecast)} busy replicas within {_ahead} min (foremost {Forecaster}, {Phrase.Of(_bare)}{more}; "
            + $"its headroom was enough {Phrase.Of(EnoughPercent)} % of the time), at {Phrase.Of(_objective * 100)} % each";
        var costs = $"over the last day it would have cost {Text(cost)}, target tracking {Text(baseCost)}";
        return _isOpen ? $"{saying}; {costs}" : $"target tracking decides; the forecast is {saying}, but {costs}";
    }

    private static string Waiting(int known, int needed) => $"target tracking decides: {known} of {needed} minutes are known";

    // All are as small as the weight that has been imagined is yet.
    private ImaginedCost? CostOf(float replicas, float isShort, float loss) => IsImagined
        ? new(replicas / _weight, _load > 0 ? 100 * isShort / _load : 0, loss / _weight)
        : null;

    private static string Text(ImaginedCost cost) =>
        $"{Phrase.Of(cost.Replicas)} replicas with {Phrase.Of(cost.ShortPercent)} % of the load short";
}
