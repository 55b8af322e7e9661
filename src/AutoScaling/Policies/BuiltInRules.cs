using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>How the library's own rules are written in documents. Each reader starts from a valid rule and gives it one setting at a time, so that the rule checks itself.</summary>
internal static class BuiltInRules
{
    public static IReadOnlyList<RuleType> All { get; } =
    [
        RuleType.BuiltIn<TargetTrackingRule>("targetTracking", ReadTargetTracking, WriteTargetTracking, rule => rule.Metric.Name),
        RuleType.BuiltIn<BacklogRule>("backlog", ReadBacklog, WriteBacklog),
        RuleType.BuiltIn<StepRule>("step", ReadStep, WriteStep),
        RuleType.BuiltIn<ScheduleRule>("schedule", ReadSchedule, WriteSchedule),
        RuleType.BuiltIn<FixedRule>("fixed", ReadFixed, (settings, rule) => settings.WholeNumber("replicas", rule.Replicas)),
        RuleType.BuiltIn<ThresholdRule>("threshold", ReadThreshold, WriteThreshold),
    ];

    /// <summary>Whether a policy needs no more than the short form, the threshold rule's settings at the policy itself.</summary>
    public static bool IsShort(ThresholdRule rule) => rule is { Name: "threshold", CpuMetric: var cpu, MemoryMetric: var memory } && cpu == MetricRef.Cpu && memory == MetricRef.Memory;

    /// <summary>The settings of the short form, which stand at a policy or in a threshold rule.</summary>
    public static ThresholdRule ReadShort(SettingsReader settings, ThresholdRule rule)
    {
        rule = settings.Number("cpuTarget", rule, (r, v) => r with { CpuTarget = v });
        rule = settings.Number("memoryTarget", rule, (r, v) => r with { MemoryTarget = v }, none: r => r with { MemoryTarget = null });
        return settings.Flag("exactArithmetic", rule, (r, v) => r with { ExactArithmetic = v });
    }

    public static void WriteShort(SettingsWriter settings, ThresholdRule rule) => settings
        .Number("cpuTarget", rule.CpuTarget, unless: 70)
        .Number("memoryTarget", rule.MemoryTarget)
        .Flag("exactArithmetic", rule.ExactArithmetic, unless: false);

    /// <summary>The short form where it stands for another threshold rule: only what differs from that.</summary>
    public static void WriteShort(SettingsWriter settings, ThresholdRule rule, ThresholdRule other)
    {
        settings.Number("cpuTarget", rule.CpuTarget, unless: other.CpuTarget).Number("memoryTarget", rule.MemoryTarget, unless: other.MemoryTarget);
        if (rule.MemoryTarget is null && other.MemoryTarget is not null) settings.Settings.Add("memoryTarget", null);
        settings.Flag("exactArithmetic", rule.ExactArithmetic, unless: other.ExactArithmetic);
    }

    private static ThresholdRule ReadThreshold(SettingsReader settings, PolicyDefaults defaults)
    {
        var rule = ReadShort(settings, new() { CpuTarget = defaults.CpuTarget, MemoryTarget = defaults.MemoryTarget });
        rule = settings.Metric("cpuMetric", rule, (r, v) => r with { CpuMetric = v });
        return settings.Metric("memoryMetric", rule, (r, v) => r with { MemoryMetric = v });
    }

    private static void WriteThreshold(SettingsWriter settings, ThresholdRule rule)
    {
        WriteShort(settings, rule);
        settings.Metric("cpuMetric", rule.CpuMetric, unless: MetricRef.Cpu).Metric("memoryMetric", rule.MemoryMetric, unless: MetricRef.Memory);
    }

    private static TargetTrackingRule ReadTargetTracking(SettingsReader settings, PolicyDefaults defaults)
    {
        var rule = new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 1 };
        rule = settings.Metric("metric", rule, (r, v) => r with { Metric = v }, required: true);
        rule = settings.Choice("kind", rule, (TargetTrackingRule r, TargetKind v) => r with { Kind = v });
        rule = settings.Number("target", rule, (r, v) => r with { Target = v }, required: true);
        rule = settings.Flag("skipUnready", rule, (r, v) => r with { SkipUnready = v }, none: r => r);
        rule = settings.Duration("initializationPeriod", rule, (r, v) => r with { InitializationPeriod = v });
        return settings.Duration("initialReadinessDelay", rule, (r, v) => r with { InitialReadinessDelay = v });
    }

    private static void WriteTargetTracking(SettingsWriter settings, TargetTrackingRule rule) => settings
        .Metric("metric", rule.Metric)
        .Choice("kind", rule.Kind, unless: TargetKind.Utilization)
        .Number("target", rule.Target)
        .Flag("skipUnready", rule.SkipUnready)
        .Duration("initializationPeriod", rule.InitializationPeriod, unless: TimeSpan.FromMinutes(5))
        .Duration("initialReadinessDelay", rule.InitialReadinessDelay, unless: TimeSpan.FromSeconds(30));

    private static BacklogRule ReadBacklog(SettingsReader settings, PolicyDefaults defaults)
    {
        var rule = new BacklogRule { Metric = MetricRef.Cpu, ThroughputPerReplica = 1 };
        rule = settings.Metric("metric", rule, (r, v) => r with { Metric = v }, required: true);
        rule = settings.Metric("arrivalMetric", rule, (r, v) => r with { ArrivalMetric = v }, none: r => r);
        rule = settings.Number("throughputPerReplica", rule, (r, v) => r with { ThroughputPerReplica = v }, required: true);
        return settings.Duration("drainTime", rule, (r, v) => r with { DrainTime = v });
    }

    private static void WriteBacklog(SettingsWriter settings, BacklogRule rule) => settings
        .Metric("metric", rule.Metric)
        .Metric("arrivalMetric", rule.ArrivalMetric)
        .Number("throughputPerReplica", rule.ThroughputPerReplica)
        .Duration("drainTime", rule.DrainTime, unless: TimeSpan.FromSeconds(60));

    private static StepRule ReadStep(SettingsReader settings, PolicyDefaults defaults)
    {
        var rule = new StepRule { Metric = MetricRef.Cpu, Steps = [new() { Amount = 0 }] };
        rule = settings.Metric("metric", rule, (r, v) => r with { Metric = v }, required: true);
        rule = settings.Flag("isTotal", rule, (r, v) => r with { IsTotal = v });
        return settings.List("steps", rule, "a step", ReadStep, (r, v) => r with { Steps = v }, required: true);
    }

    private static ScalingStep ReadStep(SettingsReader settings)
    {
        var step = new ScalingStep { Amount = 0 };
        step = settings.Number("from", step, (s, v) => s with { From = v }, none: s => s);
        step = settings.Number("below", step, (s, v) => s with { Below = v }, none: s => s);
        settings.ExactlyOne("change", "percentChange", "to");
        step = settings.WholeNumber("change", step, (s, v) => s with { Adjustment = StepAdjustment.Change, Amount = v });
        step = settings.WholeNumber("percentChange", step, (s, v) => s with { Adjustment = StepAdjustment.PercentChange, Amount = v });
        step = settings.WholeNumber("to", step, (s, v) => s with { Adjustment = StepAdjustment.To, Amount = v });

        // A rule checks all of its steps and stops at the first that is wrong; alone, each is heard.
        return settings.Try(step, s => new StepRule { Metric = MetricRef.Cpu, Steps = [s] }.Steps[0]);
    }

    private static void WriteStep(SettingsWriter settings, StepRule rule) => settings
        .Metric("metric", rule.Metric)
        .Flag("isTotal", rule.IsTotal, unless: false)
        .List("steps", rule.Steps, (inner, step) => inner
            .Number("from", step.From, unless: double.NegativeInfinity)
            .Number("below", step.Below, unless: double.PositiveInfinity)
            .WholeNumber(SettingValues.NameOf(step.Adjustment), step.Amount));

    private static ScheduleRule ReadSchedule(SettingsReader settings, PolicyDefaults defaults)
    {
        var rule = new ScheduleRule { Start = "0 0 * * *", End = "0 0 * * *", Replicas = 0 };
        rule = settings.Text("start", rule, (r, v) => r with { Start = v }, required: true);
        rule = settings.Text("end", rule, (r, v) => r with { End = v }, required: true);
        rule = settings.Text("timeZone", rule, (r, v) => r with { TimeZone = v });
        settings.ExactlyOne("floor", "ceiling", "exact");
        rule = settings.WholeNumber("floor", rule, (r, v) => r with { Bound = ScheduleBound.Floor, Replicas = v });
        rule = settings.WholeNumber("ceiling", rule, (r, v) => r with { Bound = ScheduleBound.Ceiling, Replicas = v });
        return settings.WholeNumber("exact", rule, (r, v) => r with { Bound = ScheduleBound.Exact, Replicas = v });
    }

    private static void WriteSchedule(SettingsWriter settings, ScheduleRule rule) => settings
        .Text("start", rule.Start)
        .Text("end", rule.End)
        .Text("timeZone", rule.TimeZone, unless: "UTC")
        .WholeNumber(SettingValues.NameOf(rule.Bound), rule.Replicas);

    private static FixedRule ReadFixed(SettingsReader settings, PolicyDefaults defaults) =>
        settings.WholeNumber("replicas", new FixedRule { Replicas = 0 }, (r, v) => r with { Replicas = v }, required: true);
}
