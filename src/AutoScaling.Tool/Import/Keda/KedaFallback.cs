using AutoScaling.Tool.Import.Hpa;

namespace AutoScaling.Tool.Import.Keda;

/// <summary>How many replicas to have while metrics cannot be read.</summary>
/// <param name="Replicas">How many; <see langword="null"/>: what there is.</param>
/// <param name="After">After how long.</param>
internal sealed record KedaFallback(int? Replicas, TimeSpan After)
{
    /// <summary>The fallback; <see langword="null"/> if there is none.</summary>
    public static KedaFallback? Read(Fields fallback, bool isUsed)
    {
        if (!fallback.IsThere) return null;
        var (failures, replicas) = (fallback.Whole("failureThreshold") ?? 0, fallback.Whole("replicas"));
        if (replicas is null && !fallback.Has("replicas")) fallback.Invalid("replicas", "must be there, but is not");
        var behavior = fallback.Text("behavior") ?? "static";
        if (!isUsed)
        {
            fallback.Differs("replicas", "is for triggers other than cpu, memory and cron, in KEDA as here, and none is a rule: left out");
            return null;
        }

        fallback.Differs(
            "failureThreshold",
            "is a time here: as long as so many looks of the HPA, one every 15 s, after the last reading that could be used");
        switch (behavior)
        {
            case "static":
                fallback.Differs("replicas", "takes no replica away here: where there are more, they stay");
                break;
            case "currentReplicasIfHigher":
                break;
            case "currentReplicas":
                replicas = null;
                break;
            case "currentReplicasIfLower":
                fallback.Unmapped("behavior", "('currentReplicasIfLower') has no match: the replicas stay as they are");
                replicas = null;
                break;
            default:
                fallback.Invalid(
                    "behavior",
                    $"must be static, currentReplicas, currentReplicasIfHigher or currentReplicasIfLower, but is '{behavior}'");
                break;
        }

        return new(replicas, failures * HpaImport.Period);
    }

    /// <summary>What is known of a trigger's metric with it.</summary>
    public MetricExpectation Of(KedaTrigger trigger, MetricRef metric) =>
        (trigger.Expectation ?? new() { Metric = metric }) with { IfFailedReplicas = Replicas, After = After };
}
