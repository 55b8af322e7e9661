namespace AutoScaling.Evaluating;

/// <summary>Tells meter and log of an evaluation.</summary>
internal sealed class EvaluationReport(Telemetry telemetry, QuietLogger<TargetEvaluator> logger)
{
    /// <summary>Whether it has to be known what was decided before, to tell of an evaluation.</summary>
    public static bool LooksBack(ScalingRecord record) =>
        record.Outcome.Kind == ScaleOutcomeKind.Recommended || record.Decision is { IsBlind: true };

    /// <summary>Tells of an evaluation.</summary>
    /// <param name="record">The evaluation.</param>
    /// <param name="before">What was decided before, if <see cref="LooksBack"/> says that it has to be known.</param>
    /// <param name="calls">The target's calls, which know what was thrown.</param>
    /// <param name="troubles">What the log was told of the target.</param>
    public void Tell(ScalingRecord record, ScalingDecision? before, TargetCalls calls, Troubles troubles)
    {
        if (calls.Trouble is var (reason, thrown)) EvaluationLog.NotEvaluated(logger, troubles, record.Target, reason, thrown);
        if (record is { Decision: { } decision, IsManual: false }) EvaluationLog.Decided(logger, troubles, decision, before, calls.Thrown);
        telemetry.Record(record);
        EvaluationLog.Done(logger, troubles, record, before);
        if (record.Warning is { } warning) Log.Warned(logger, warning);
    }

    /// <summary>Tells what a person has said, or that it was taken back.</summary>
    public void Said(ScalingTarget target, ScalingOverride? said, ScalingOverride? before)
    {
        if (said is not null) Log.Overridden(logger, target, said);
        else if (before is not null) Log.Resumed(logger, target, before);
    }

    /// <summary>Tells that the time of what a person had said is over.</summary>
    public void IsOver(ScalingTarget target, ScalingOverride over) => Log.OverrideEnded(logger, target, over);
}
