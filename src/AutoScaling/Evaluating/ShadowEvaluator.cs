using System.Collections.Immutable;
using AutoScaling.Deciding;
using AutoScaling.Policies;
using AutoScaling.Primitives;

namespace AutoScaling.Evaluating;

/// <summary>
/// Lets the shadows of a policy decide from its record. They have no scaler, and whatever goes wrong with them, and however long it takes,
/// is theirs alone.
/// </summary>
internal sealed class ShadowEvaluator(TargetEvaluator evaluator, QuietLogger<TargetEvaluator> logger)
{
    /// <summary>Lets shadows decide on what their policy has decided on and done.</summary>
    /// <param name="record">The policy's evaluation.</param>
    /// <param name="runs">The shadows of the policy, each as far as it has come.</param>
    /// <param name="calls">The target's calls.</param>
    /// <param name="troubles">What the log was told of the target.</param>
    /// <param name="stopping">Cancelled when the host stops.</param>
    /// <returns>The record with the shadows' decisions, and the shadows after them.</returns>
    public async ValueTask<(ScalingRecord Record, ShadowRun[] Runs)> EvaluateAsync(
        ScalingRecord record, ShadowRun[] runs, TargetCalls calls, Troubles troubles, CancellationToken stopping)
    {
        if (record is not { Decision: { } decision, Observation: { } observation }) return (record, runs);
        if (!record.Policy.ShadowSources.IsEmpty)
        {
            observation = observation with { Metrics = await ReadAsync(record, calls, troubles, stopping).ConfigureAwait(false) };

            // Readings were cut off: what was decided and done is recorded all the same, what it might have been is not.
            if (stopping.IsCancellationRequested) return (record, [.. runs.Select(run => run.Happened(decision, record.Outcome))]);
        }

        var said = new ShadowDecision[runs.Length];
        var after = new ShadowRun[runs.Length];
        for (var i = 0; i < runs.Length; i++)
        {
            said[i] = Decide(record, observation, runs[i], troubles);
            after[i] = runs[i].After(said[i], decision, record.Outcome);
        }

        return (record with { Shadows = ImmutableArray.Create(said) }, after);
    }

    /// <summary>The policy's readings, and those of the sources that only shadows read, under a deadline of their own.</summary>
    private async Task<ServiceMetrics> ReadAsync(ScalingRecord record, TargetCalls calls, Troubles troubles, CancellationToken stopping)
    {
        var deadline = evaluator.Deadlines.Begin(stopping);
        deadline.IsOnPool = true;
        try
        {
            var beside = await Task.WhenAll(record.Policy.ShadowSources.Select(ReadAsync)).ConfigureAwait(false);
            return new([.. record.Observation!.Metrics, .. beside.SelectMany(readings => readings)]);
        }
        finally
        {
            evaluator.Deadlines.End(deadline);
        }

        async Task<ServiceMetrics> ReadAsync(SourceMetrics source)
        {
            var (readings, failed) = await evaluator.Metrics.ReadBesideAsync(record.Target, source, calls, deadline).ConfigureAwait(false);
            if (stopping.IsCancellationRequested) return readings;
            if (failed is null) EvaluationLog.ShadowsRead(logger, troubles, record.Target, source.Source);
            else EvaluationLog.ShadowsNotRead(logger, troubles, record.Target, failed);
            return readings;
        }
    }

    private ShadowDecision Decide(ScalingRecord record, ScalingObservation observation, ShadowRun run, Troubles troubles)
    {
        var (policy, name) = (run.Shadow.Policy, run.Shadow.Name);
        try
        {
            var decision = ScalingDecisionEngine.Decide(
                policy with { Interval = record.Policy.Interval }, run.State, observation, record.At);
            EvaluationLog.ShadowDecided(logger, troubles, record.Target, name);
            var differs = decision.To != record.Decision!.To;
            return new() { Name = name, Decision = decision, Differs = differs, Error = Explanation.Unreadable(decision) };
        }
        catch (Exception e)
        {
            // A candidate may hold a rule that nobody has tried: that is what it is a shadow for.
            var reason = Phrase.Of(e);
            EvaluationLog.ShadowFailed(logger, troubles, record.Target, name, reason, e);
            return new() { Name = name, Error = $"Shadow '{name}' of '{record.Target}' could not decide: {reason}." };
        }
    }
}
