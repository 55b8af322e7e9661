using System.Collections.Immutable;
using AutoScaling.Deciding;
using AutoScaling.Hosting;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Evaluating;

/// <summary>Lets the shadows of a policy decide beside it. They have no scaler, and whatever goes wrong with them, and however long it takes, is theirs alone.</summary>
internal sealed class ShadowEvaluator(MetricsReader metrics, TimeProvider time, IOptions<AutoScalingOptions> options, ILogger<IAutoScaler> logger)
{
    /// <summary>Evaluates a target with its shadows.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="record">The evaluation's beginning.</param>
    /// <param name="evaluate">Evaluates the policy itself.</param>
    /// <param name="stopping">Cancelled when the host stops.</param>
    public async ValueTask<ScalingRecord> EvaluateAsync(
        ManagedTarget managed, ScalingRecord record, Func<SourceAnswers, ValueTask<ScalingRecord>> evaluate, CancellationToken stopping)
    {
        var policy = record.Policy;
        var answers = new SourceAnswers();

        // Under a deadline of its own, as the policy's ends when it has read all it needs; both begin now.
        using var call = policy.ShadowSources.IsEmpty ? null : new PortCall(options.Value.EvaluationTimeout, time, stopping);
        var reading = call is null ? Task.CompletedTask : metrics.ReadBesideAsync(managed, policy, call, answers, stopping);
        record = await evaluate(answers).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        if (record.Decision is not { } decision) return record;
        if (call is null || !stopping.IsCancellationRequested) return Decide(managed, record, answers);

        // Readings were cut off: what was decided and done is recorded all the same, what it might have been is not.
        managed.TellShadows(decision, record.Outcome);
        return record;
    }

    /// <summary>After the policy has decided and acted: not even a shadow that takes its time can hold that up.</summary>
    private ScalingRecord Decide(ManagedTarget managed, ScalingRecord record, SourceAnswers answers)
    {
        var said = ImmutableArray.CreateBuilder<ShadowDecision>(record.Policy.Shadows.Length);
        var runs = new List<ShadowRun>(said.Capacity);
        foreach (var run in managed.ShadowsOf(record.Policy, record.State))
        {
            said.Add(Decide(managed, record, answers, run));
            runs.Add(run.After(said[^1], record.Decision!, record.Outcome));
        }

        managed.Shadows = [.. runs];
        return record with { Shadows = said.ToImmutable() };
    }

    private ShadowDecision Decide(ManagedTarget managed, ScalingRecord record, SourceAnswers answers, ShadowRun run)
    {
        var policy = run.Shadow.Policy;
        try
        {
            var observation = record.Observation! with { Metrics = answers.For(policy) };
            var decision = ScalingDecisionEngine.Decide(policy, run.State, observation, record.At);
            EvaluationLog.ShadowDecided(logger, managed, run.Shadow.Name);
            return new() { Name = run.Shadow.Name, Decision = decision, Differs = decision.To != record.Decision!.To, Error = Explanation.Unreadable(decision) };
        }
        catch (Exception e)
        {
            // A candidate may hold a rule that nobody has tried: that is what it is a shadow for.
            var reason = Phrase.Of(e);
            EvaluationLog.ShadowFailed(logger, managed, run.Shadow.Name, reason, e);
            return new() { Name = run.Shadow.Name, Error = $"Shadow '{run.Shadow.Name}' of '{record.Target}' could not decide: {reason}." };
        }
    }
}
