using AutoScaling.Primitives;

namespace AutoScaling.Rules.Step;

/// <summary>The settings of a <see cref="StepRule"/> in documents.</summary>
internal static class StepSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "step",
        new StepRule
        {
            Metric = "latency@app",
            Steps = [new() { Below = 20, Amount = -1 }, new() { From = 200, Below = 500, Amount = 1 }, Percent(500, 50)],
        },
        table => table
            .Metric("metric", "The metric that is looked at.", r => r.Metric, (r, v) => r with { Metric = v }, required: true)
            .Flag(
                "isTotal",
                "Whether the metric is a total over the target, which more replicas do not lower at once; otherwise it is an average.",
                r => r.IsTotal, (r, v) => r with { IsTotal = v })
            .Duration(
                "initializationPeriod",
                "How long after its start a replica's reading counts only if all of it was measured while the replica was ready.",
                r => r.InitializationPeriod, (r, v) => r with { InitializationPeriod = v }, Bounds.Time)
            .Add(new ListSetting<StepRule, ScalingStep>(
                "steps", "The steps, at least one; they must not overlap. Between them the rule asks for no change.",
                r => r.Steps, (r, v) => r with { Steps = v }, Step)
            {
                IsRequired = true,
                Least = 1,
            })
            .Activation(r => r.Activation, (r, v) => r with { Activation = v }),
        "Adds or removes replicas by the step in which a metric lies.");

    private static SettingsTable<ScalingStep> Step => SettingsTable.Of("a step", new ScalingStep { Amount = 0 })
        .Number(
            "from", "The value from which the step holds, inclusive; null: no lower edge.",
            s => s.From is { } from && double.IsNegativeInfinity(from) ? null : s.From,
            (s, v) => s with { From = v }, none: s => s with { From = null })
        .Number(
            "below", "The value up to which the step holds, exclusive; null: no upper edge.",
            s => s.Below is { } below && double.IsPositiveInfinity(below) ? null : s.Below,
            (s, v) => s with { Below = v }, none: s => s with { Below = null })
        .ExactlyOne(step => step
            .WholeNumber("change", "Replicas to add or, negative, to remove.", Get(StepAdjustment.Change), With(StepAdjustment.Change))
            .WholeNumber(
                "percentChange", "Percent of the replicas to add or, negative, to remove; at least one replica.",
                Get(StepAdjustment.PercentChange), With(StepAdjustment.PercentChange))
            .WholeNumber("to", "The count to have.", Get(StepAdjustment.To), With(StepAdjustment.To), Bounds.Count))

        // A rule stops at the first of its steps that is wrong; checked one by one here, each has its own sentence.
        .Check(StepRule.Broken);

    private static Func<ScalingStep, int?> Get(StepAdjustment adjustment) => step => step.Adjustment == adjustment ? step.Amount : null;

    private static Func<ScalingStep, int, ScalingStep> With(StepAdjustment adjustment) =>
        (step, amount) => step with { Adjustment = adjustment, Amount = amount };

    private static ScalingStep Percent(double from, int percent) =>
        new() { From = from, Adjustment = StepAdjustment.PercentChange, Amount = percent };
}
