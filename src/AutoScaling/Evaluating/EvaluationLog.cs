using AutoScaling.Deciding;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Evaluating;

/// <summary>
/// What of an evaluation goes into the log, and how loudly. The library's own exceptions say all in their sentence, and need no trace.
/// </summary>
internal static class EvaluationLog
{
    private const string Evaluation = "evaluation", Readings = "readings", Outcome = "outcome";
    private const string ShadowReadings = "readings of the shadows", Shadow = "shadow";

    /// <summary>Nothing could be decided.</summary>
    public static void NotEvaluated(ILogger logger, Troubles troubles, ScalingTarget target, string reason, Exception e)
    {
        var (level, trace) = (troubles.Level(Evaluation, null, reason), Trace(e));
        Log.NotEvaluated(logger, level, target, reason, trace);
    }

    /// <summary>Something could be decided, with all readings or without some.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="troubles">What the log was told of the target.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="before">What was decided before.</param>
    /// <param name="cause">What a source threw, if one did.</param>
    public static void Decided(ILogger logger, Troubles troubles, ScalingDecision decision, ScalingDecision? before, Exception? cause)
    {
        if (troubles.IsOver(Evaluation)) Log.EvaluatedAgain(logger, decision.Target);
        if (decision.From == 0)
        {
            // Who runs nowhere has no readings, and nobody misses them.
            troubles.IsOver(Readings);
        }
        else if (!decision.IsBlind)
        {
            if (troubles.IsOver(Readings)) Log.ReadAgain(logger, decision.Target);
        }
        else
        {
            NotRead(logger, troubles, decision, before, cause);
        }
    }

    /// <summary>What became of a decision.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="troubles">What the log was told of the target.</param>
    /// <param name="record">The evaluation.</param>
    /// <param name="before">What was decided before.</param>
    public static void Done(ILogger logger, Troubles troubles, ScalingRecord record, ScalingDecision? before)
    {
        if (record.Decision is not { } decision) return;
        var outcome = record.Outcome;
        if (outcome.Kind is ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected)
        {
            var level = troubles.Level(Outcome, null, outcome.ToString());
            Log.NotScaled(logger, level, record.Target, decision.From, decision.To, outcome.Kind, outcome.Reason);
            return;
        }

        // As long as the scaler refuses, a stay in between is no sign of anything.
        if (record.Observation?.Replicas.Refusal is null) troubles.IsOver(Outcome);
        if (outcome.Kind == ScaleOutcomeKind.Recommended)
        {
            // As long as nobody follows it, it is recommended at every evaluation.
            var level = (before?.From, before?.To) == (decision.From, decision.To) ? LogLevel.Debug : LogLevel.Information;
            if (!logger.IsEnabled(level)) return;
            var why = Explanation.Why(decision);
            Log.Recommended(logger, level, record.Target, decision.From, decision.To, why);
        }
        else if (decision.From != decision.To)
        {
            if (!logger.IsEnabled(LogLevel.Information)) return;
            var why = Explanation.Why(decision);
            Log.Scaled(logger, record.Target, decision.From, decision.To, why);
        }
        else if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.Stayed(logger, decision.Explain());
        }
    }

    /// <summary>A source that only shadows ask could not be asked.</summary>
    public static void ShadowsNotRead(ILogger logger, Troubles troubles, ScalingTarget target, FailedSource failed)
    {
        var level = troubles.Level(ShadowReadings, failed.Source, failed.Reason);
        var (name, trace) = (Name(failed.Source), Trace(failed.Thrown));
        Log.ShadowSourceFailed(logger, level, target, name, failed.Reason, trace);
    }

    /// <summary>A source that only shadows ask has answered.</summary>
    public static void ShadowsRead(ILogger logger, Troubles troubles, ScalingTarget target, string? source)
    {
        if (troubles.IsOver(ShadowReadings, source)) Log.ShadowSourceAnswersAgain(logger, target, Name(source));
    }

    /// <summary>A shadow could not decide.</summary>
    public static void ShadowFailed(ILogger logger, Troubles troubles, ScalingTarget target, string shadow, string reason, Exception e)
    {
        var (level, trace) = (troubles.Level(Shadow, shadow, reason), Trace(e));
        Log.ShadowFailed(logger, level, shadow, target, reason, trace);
    }

    /// <summary>A shadow has decided.</summary>
    public static void ShadowDecided(ILogger logger, Troubles troubles, ScalingTarget target, string shadow)
    {
        if (troubles.IsOver(Shadow, shadow)) Log.ShadowDecidesAgain(logger, shadow, target);
    }

    /// <summary>The trace of trouble, where the sentence does not say all. To wait in vain is no fault of the place that waits.</summary>
    public static Exception? Trace(Exception? e) => e is ScalingException or OperationCanceledException or TimeoutException ? null : e;

    private static void NotRead(ILogger logger, Troubles troubles, ScalingDecision decision, ScalingDecision? before, Exception? cause)
    {
        // What is missing once may belong to a replica that has just started; a source that cannot be asked has no such excuse.
        List<Recommendation> unread = [.. decision.Recommendations.Where(r => r.Kind == RecommendationKind.Unavailable)];
        List<Recommendation> lasting = [.. unread.Where(IsLasting)];
        var level = lasting.Count == 0
            ? LogLevel.Debug
            : troubles.Level(Readings, null, RuleSentence.Unreadable(lasting.Select(WithoutFigures)));
        var (sentence, trace) = (RuleSentence.Unreadable(level == LogLevel.Debug ? unread : lasting), Trace(cause));
        Log.NotRead(logger, level, decision.Target, sentence, trace);

        bool IsLasting(Recommendation said) => said.Reason == RecommendationReason.MetricFailed
            || before?.Recommendations.Any(b => IsOfTheSame(b, said)) == true;
    }

    private static string Name(string? source) => source ?? "the default source";

    private static bool IsOfTheSame(Recommendation one, Recommendation other) =>
        one.Kind == RecommendationKind.Unavailable
        && one.Metric == other.Metric
        && string.Equals(one.Rule, other.Rule, StringComparison.Ordinal);

    // A reading gets older from one evaluation to the next, and is the same trouble all the same.
    private static Recommendation WithoutFigures(Recommendation said) =>
        said.Reason is RecommendationReason.MetricStale or RecommendationReason.MetricNegative
            ? said with { Detail = said.Reason.ToString() }
            : said;
}
