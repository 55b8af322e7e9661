using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling;

/// <summary>Takes one target once through observe, decide, act, remember and report. Whatever goes wrong ends in the record.</summary>
internal sealed class Evaluator(
    Ports ports, TimeProvider time, IOptions<AutoScalingOptions> options, Telemetry telemetry, IEnumerable<IScalingObserver> observers, ILogger<IAutoScaler> logger)
{
    private readonly IScalingObserver[] _observers = [.. observers];

    /// <summary>Evaluates a target.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="due">When it was due; <see langword="null"/> if someone asked for it now.</param>
    /// <param name="stopping">Cancelled when the host stops: only then is <see cref="OperationCanceledException"/> thrown.</param>
    public async ValueTask<ScalingRecord> EvaluateAsync(ManagedTarget managed, DateTimeOffset? due, CancellationToken stopping)
    {
        await managed.Turn.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            using var activity = telemetry.Activities.StartActivity("autoscaling.evaluate");
            var started = time.GetTimestamp();
            var begun = time.GetUtcNow();
            var record = await RunAsync(managed, stopping).ConfigureAwait(false) with
            {
                Duration = time.GetElapsedTime(started),
                Lateness = begun > due ? begun - due.Value : TimeSpan.Zero,
            };
            Describe(activity, record);
            Report(managed, record);
            return record;
        }
        finally
        {
            managed.Turn.Release();
        }
    }

    /// <summary>Scales a target to a count that someone asked for.</summary>
    public async ValueTask<ScalingRecord> ScaleAsync(ManagedTarget managed, int replicas, CancellationToken stopping)
    {
        await managed.Turn.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            var started = time.GetTimestamp();
            var policy = managed.Policy;
            var record = new ScalingRecord { Target = policy.Target, At = time.GetUtcNow(), Policy = policy, State = managed.State, IsManual = true };
            using var call = new PortCall(managed, options.Value.EvaluationTimeout, time, stopping);
            try
            {
                var scaler = Scaler(policy);
                var status = await call.RunAsync(scaler.GetReplicasAsync(policy.Target, call.Token)).ConfigureAwait(false);
                var decision = ScalingDecision.Manual(policy, status.Desired, replicas, record.At);
                record = await ActAsync(managed, scaler, call, record with { Observation = new() { Replicas = status }, Decision = decision }).ConfigureAwait(false);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                record = Failed(record, call, e);
            }

            record = record with { Duration = time.GetElapsedTime(started) };
            Report(managed, record);
            return record;
        }
        finally
        {
            managed.Turn.Release();
        }
    }

    /// <summary>Reads the metrics that a policy uses; what cannot be read says why.</summary>
    public async ValueTask<ServiceMetrics> ReadAsync(ManagedTarget managed, CancellationToken stopping)
    {
        using var call = new PortCall(managed, options.Value.EvaluationTimeout, time, stopping);
        return await ReadAsync(managed.Policy, call, stopping).ConfigureAwait(false);
    }

    private async ValueTask<ScalingRecord> RunAsync(ManagedTarget managed, CancellationToken stopping)
    {
        var policy = managed.Policy;
        var record = new ScalingRecord { Target = policy.Target, At = time.GetUtcNow(), Policy = policy, State = managed.State };
        using var call = new PortCall(managed, options.Value.EvaluationTimeout, time, stopping);
        try
        {
            if (managed.Abandoned is { IsCompleted: false }) throw new ScalingException(ScalingErrorKind.ScalingFailed, "an earlier call has not come back yet");
            managed.Abandoned = null;

            var scaler = Scaler(policy);
            var replicas = await call.RunAsync(scaler.GetReplicasAsync(policy.Target, call.Token)).ConfigureAwait(false);
            if (replicas is null || replicas.Desired < 0) throw new ScalingException(ScalingErrorKind.ScalingFailed, "the scaler returned no replica count");
            var observation = new ScalingObservation { Replicas = replicas, Metrics = await ReadAsync(policy, call, stopping).ConfigureAwait(false) };

            record = record with { At = time.GetUtcNow(), Observation = observation };
            var decision = ScalingDecisionEngine.Decide(policy, record.State, observation, record.At);
            record = await ActAsync(managed, scaler, call, record with { Decision = decision }).ConfigureAwait(false);
            return record.Error is null && decision.IsBlind
                ? record with { ErrorKind = ScalingErrorKind.MetricsUnavailable, Error = Explanation.Unreadable(decision) }
                : record;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // One target's trouble, of whatever type, is that target's record; the loop and the others go on.
            return Failed(record, call, e);
        }
    }

    private static async ValueTask<ScalingRecord> ActAsync(ManagedTarget managed, IScaler scaler, PortCall call, ScalingRecord record)
    {
        var decision = record.Decision!;
        var outcome = ScaleOutcome.Unchanged;
        if (decision.To != decision.From)
        {
            try
            {
                call.Act();
                outcome = await call.RunAsync(scaler.ScaleAsync(record.Target, decision.From, decision.To, call.Token)).ConfigureAwait(false)
                    ?? ScaleOutcome.Failed("the scaler returned no outcome");
            }
            catch (Exception e)
            {
                // Trouble with a target is an outcome, whatever its type.
                outcome = ScaleOutcome.Failed(call.Reason(e));
            }
        }

        record = record with { Outcome = outcome, Next = record.State.After(decision, outcome) };
        managed.State = record.Next;
        return outcome.Kind == ScaleOutcomeKind.Failed
            ? record with { ErrorKind = ScalingErrorKind.ScalingFailed, Error = $"'{record.Target}' could not be scaled from {decision.From} to {decision.To}: {outcome.Reason}." }
            : record;
    }

    private async ValueTask<ServiceMetrics> ReadAsync(ScalingPolicy policy, PortCall call, CancellationToken stopping)
    {
        var sources = policy.Sources;
        if (sources.Length == 0) return ServiceMetrics.Empty;
        if (sources.Length == 1) return await ReadSourceAsync(policy, sources[0], call, stopping).ConfigureAwait(false);

        var reads = new Task<ServiceMetrics>[sources.Length];
        for (var i = 0; i < reads.Length; i++) reads[i] = ReadSourceAsync(policy, sources[i], call, stopping).AsTask();
        return new([.. (await Task.WhenAll(reads).ConfigureAwait(false)).SelectMany(r => r)]);
    }

    private async ValueTask<ServiceMetrics> ReadSourceAsync(ScalingPolicy policy, string? source, PortCall call, CancellationToken stopping)
    {
        string reason;
        try
        {
            var provider = ports.Metrics(source) ?? throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "it is not registered");
            var metrics = await call.RunAsync(provider.GetMetricsAsync(policy.Target, call.Token)).ConfigureAwait(false);
            if (metrics is not null) return source is null ? metrics : new([.. metrics.Select(m => m.From(source))]);
            reason = "the source returned nothing";
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // A source that fails is a reading that failed: the other sources may still ask for more, and nobody for fewer.
            reason = call.Reason(e);
            Log.SourceFailed(logger, policy.Target, source ?? "the default source", reason, e);
        }

        return new([.. policy.Rules.SelectMany(r => r.Metrics)
            .Where(m => string.Equals(m.Source, source, StringComparison.Ordinal))
            .Select(m => MetricReading.Failed(m, reason))]);
    }

    private IScaler Scaler(ScalingPolicy policy) =>
        ports.Scaler(policy.Scaler) ?? throw new ScalingException(ScalingErrorKind.ScalingFailed, $"the scaler '{policy.Scaler}' is not registered");

    private ScalingRecord Failed(ScalingRecord record, PortCall call, Exception e)
    {
        var reason = call.Reason(e);
        Log.NotEvaluated(logger, record.Target, reason, e);
        return record with
        {
            At = time.GetUtcNow(),
            ErrorKind = (e as ScalingException)?.Kind ?? ScalingErrorKind.ScalingFailed,
            Error = $"'{record.Target}' could not be {(record.IsManual ? "scaled" : "evaluated")}: {reason}.",
        };
    }

    private void Report(ManagedTarget managed, ScalingRecord record)
    {
        managed.Record(record);
        telemetry.Record(record);
        if (record.Decision is { } decision)
        {
            if (record.Outcome.Kind is ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected)
                Log.NotScaled(logger, record.Target, decision.From, decision.To, record.Outcome.Kind, record.Outcome.Reason);
            else if (decision.From != decision.To && logger.IsEnabled(LogLevel.Information))
                Log.Scaled(logger, record.Target, decision.From, decision.To, decision.Explain());
            else if (logger.IsEnabled(LogLevel.Debug))
                Log.Stayed(logger, decision.Explain());
        }

        foreach (var observer in _observers)
        {
            try
            {
                observer.OnEvaluated(record);
            }
            catch (Exception e)
            {
                // An observer's fault must not stop the evaluation it looks at.
                Log.ObserverFailed(logger, e);
            }
        }
    }

    private static void Describe(Activity? activity, ScalingRecord record)
    {
        if (activity is null) return;
        activity.SetTag("autoscaling.target", record.Target.Name);
        activity.SetTag("autoscaling.from", record.Decision?.From);
        activity.SetTag("autoscaling.to", record.Decision?.To);
        activity.SetTag("autoscaling.outcome", record.Outcome.Kind.ToString());
        activity.SetTag("autoscaling.explanation", record.Explain());
        if (record.Error is not null) activity.SetStatus(ActivityStatusCode.Error, record.Error);
    }
}
