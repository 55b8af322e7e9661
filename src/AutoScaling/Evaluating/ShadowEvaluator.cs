using System.Collections.Immutable;
using AutoScaling.Deciding;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Evaluating;

/// <summary>Lets the shadows of a policy decide from its record. They have no scaler, and whatever goes wrong with them, and however long it takes, is theirs alone.</summary>
internal sealed class ShadowEvaluator(TargetEvaluator evaluator, ILogger<TargetEvaluator> logger)
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
        var missing = Missing(record.Policy, observation.Metrics);
        if (missing.Count > 0)
        {
            observation = observation with { Metrics = await ReadAsync(record, missing, calls, troubles, stopping).ConfigureAwait(false) };

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

    /// <summary>The metrics that shadows look at and their policy does not.</summary>
    private static HashSet<MetricRef> Missing(ScalingPolicy policy, ServiceMetrics read)
    {
        var missing = new HashSet<MetricRef>();
        foreach (var shadow in policy.Shadows)
        {
            foreach (var rule in shadow.Policy.Rules) missing.UnionWith(rule.Metrics);
        }

        foreach (var reading in read) missing.Remove(reading.Metric);
        return missing;
    }

    /// <summary>Reads metrics under a deadline of their own. A source that could not be asked for the policy is not asked again.</summary>
    private async Task<ServiceMetrics> ReadAsync(ScalingRecord record, HashSet<MetricRef> missing, TargetCalls calls, Troubles troubles, CancellationToken stopping)
    {
        var all = ImmutableArray.CreateBuilder<MetricReading>();
        all.AddRange(record.Observation!.Metrics);
        var deadline = evaluator.Deadlines.Begin(stopping);
        try
        {
            await Task.WhenAll(missing.GroupBy(m => m.Source, StringComparer.Ordinal).Select(ReadAsync)).ConfigureAwait(false);
        }
        finally
        {
            evaluator.Deadlines.End(deadline);
        }

        return new(all.ToImmutable());

        async Task ReadAsync(IGrouping<string?, MetricRef> of)
        {
            var (readings, failed) = calls.Failed?.FirstOrDefault(f => f.Is(of.Key)) is { } already
                ? (null, already)
                : await evaluator.Metrics.ReadBesideAsync(record.Target, of.Key, calls, deadline).ConfigureAwait(false);
            lock (all) all.AddRange(readings ?? of.Select(m => MetricReading.Failed(m, failed!.Reason)));
            if (stopping.IsCancellationRequested || calls.Failed?.Contains(failed) == true) return;
            if (failed is null) EvaluationLog.ShadowsRead(logger, troubles, record.Target, of.Key);
            else EvaluationLog.ShadowsNotRead(logger, troubles, record.Target, failed);
        }
    }

    private ShadowDecision Decide(ScalingRecord record, ScalingObservation observation, ShadowRun run, Troubles troubles)
    {
        var (policy, name) = (run.Shadow.Policy, run.Shadow.Name);
        try
        {
            var decision = ScalingDecisionEngine.Decide(policy, run.State, observation, record.At);
            EvaluationLog.ShadowDecided(logger, troubles, record.Target, name);
            return new() { Name = name, Decision = decision, Differs = decision.To != record.Decision!.To, Error = Explanation.Unreadable(decision) };
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
