using AutoScaling.Simulation.Reports;

namespace AutoScaling.Simulation.Lint;

/// <summary>
/// Finds ranges that are too small for a load: where a policy is often at its maximum and more are needed, its rules decide nothing.
/// </summary>
internal static class LoadLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var policy = subject.Tried;
        foreach (var load in subject.Loads)
        {
            var model = ServiceModel.For(load, policy.Range) with { StartDelay = StartDelay.Constant(subject.StartDelay) };
            if (subject.CapacityPerReplica is { } capacity) model = model with { CapacityPerReplica = capacity };

            // What the model does not publish cannot be tried; whoever runs a backtest is told.
            if (policy.Rules.SelectMany(r => r.Metrics).Any(m => !model.Metrics.ContainsKey(m.Name))) continue;
            var run = Backtest.Run(Candidate.Of(policy with { Interval = subject.Interval }), load, model);
            if (RunNotes.OfMaximum(run) is { } note)
                yield return LintFinding.Of("small-maximum", "range", $"On the load '{load.Name}' the policy is {note}");
        }
    }
}
