using AutoScaling.Primitives;

namespace AutoScaling.Rules.Forecast;

/// <summary>The figures behind an answer, of which a sentence is made when somebody reads it.</summary>
internal sealed class ForecastDetail(ForecastLive live, int scored, double objective)
{
    private static readonly string[] Forecasters =
    [
        "as in the last minute", "the mean of the last minutes", "the most of the last minutes", "the same time of day",
        "the same time of the week", "the most around the same time of day", "the most around the same time of the week",
    ];

    private readonly float _forecast = live.Forecast, _bare = live.Bare, _imagined = live.Imagined, _weight = live.Weight, _load = live.Load;
    private readonly float _tracking = live.Tracking.Replicas, _trackingShort = live.Tracking.Short, _trackingLoss = live.Tracking.Loss;
    private readonly float _forecasting = live.Forecasting.Replicas, _forecastingShort = live.Forecasting.Short, _forecastingLoss = live.Forecasting.Loss;
    private readonly byte _forecaster = live.Forecaster, _headroom = live.Headroom, _ahead = live.Ahead;
    private readonly bool _isOpen = live.IsOpen == 1;

    public override string ToString()
    {
        if (_forecast < 0 || _imagined < 3600)
            return $"target tracking decides: {Math.Min(scored, ForecastBank.Needed)} of {ForecastBank.Needed} minutes are known";
        var more = _bare > 0 ? $", and {Phrase.Of(100 * ((_forecast / _bare) - 1))} % above it" : ", and some more";
        var enough = Phrase.Of(100 * ForecastBank.Quantiles[_headroom]);
        var saying = $"up to {Phrase.Of(_forecast)} busy replicas within {_ahead} min ({Forecasters[_forecaster]}, {Phrase.Of(_bare)}{more}, "
            + $"which was enough {enough} % of the time), at {Phrase.Of(objective * 100)} % each";
        var costs = $"over the last day it would have cost {Cost(_forecasting, _forecastingShort)}, target tracking {Cost(_tracking, _trackingShort)}";
        return _isOpen ? $"{saying}; {costs}" : $"target tracking decides; the forecast is {saying}, but {costs}";
    }

    private string Cost(float replicas, float isShort) =>
        $"{Phrase.Of(replicas / _weight)} replicas with {Phrase.Of(_load > 0 ? 100 * isShort / _load : 0)} % of the load short";
}
