using System.Diagnostics;
using AutoScaling.Deciding;
using AutoScaling.Hosting;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Evaluating;

/// <summary>Takes one target once through observe, decide, act, remember and report. Whatever goes wrong ends in the record.</summary>
internal sealed class Evaluator(
    RegisteredPorts ports, MetricsReader metrics, ShadowEvaluator shadows, LeaderGate gate, TimeProvider time, IOptions<AutoScalingOptions> options, Telemetry telemetry, IEnumerable<IScalingObserver> observers, ILogger<IAutoScaler> logger)
{
    private const string LeadsNoLonger = "this copy no longer leads";
    private const string Observer = "observer";

    private readonly IScalingObserver[] _observers = [.. observers];
    private readonly Troubles _observerTroubles = new();

    /// <summary>Is told of every target whose state may have changed.</summary>
    public Action<ManagedTarget, ScalingRecord>? Changed { get; set; }

    /// <summary>Evaluates a target.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="lateness">How long after its due time; <see langword="null"/> if someone asked for it now.</param>
    /// <param name="stopping">Cancelled when the host stops: only then is <see cref="OperationCanceledException"/> thrown.</param>
    /// <exception cref="ScalingException">This copy does not lead, or no longer (<see cref="ScalingErrorKind.ScalingFailed"/>).</exception>
    public ValueTask<ScalingRecord> EvaluateAsync(ManagedTarget managed, TimeSpan? lateness, CancellationToken stopping) => InTurnAsync(
        managed,
        "evaluated",
        (record, term, stop) => EvaluateAsync(managed, record with { Lateness = lateness is { Ticks: > 0 } late ? late : TimeSpan.Zero }, lateness is not null, term, stop),
        stopping);

    /// <summary>Scales a target to a count that someone asked for.</summary>
    /// <exception cref="ScalingException">
    /// The count is outside the policy's range (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or this copy does not lead, or no longer (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    public ValueTask<ScalingRecord> ScaleAsync(ManagedTarget managed, int replicas, CancellationToken stopping) =>
        InTurnAsync(managed, "scaled", (record, term, stop) => ScaleAsync(managed, record with { IsManual = true }, replicas, term, stop), stopping);

    /// <summary>Reads the metrics that a policy uses; what cannot be read says why.</summary>
    public async ValueTask<ServiceMetrics> ReadAsync(ManagedTarget managed, CancellationToken stopping)
    {
        using var call = new PortCall(options.Value.EvaluationTimeout, time, stopping);
        return await metrics.ReadAsync(managed, managed.Policy, call, answers: null, stopping).ConfigureAwait(false);
    }

    private async ValueTask<ScalingRecord> InTurnAsync(
        ManagedTarget managed, string what, Func<ScalingRecord, LeaderTerm, CancellationToken, ValueTask<ScalingRecord>> run, CancellationToken stopping)
    {
        await managed.Turn.WaitAsync(stopping).ConfigureAwait(false);
        var term = gate.Term;
        try
        {
            using var ends = term?.Ended.CanBeCanceled == true ? CancellationTokenSource.CreateLinkedTokenSource(stopping, term.Ended) : null;
            if (term is null) throw gate.Refuse(managed.Target, what);
            using var activity = telemetry.Activities.StartActivity("autoscaling.evaluate");
            var started = time.GetTimestamp();
            Settle(managed);
            var policy = managed.Policy;
            var record = await run(new() { Target = policy.Target, At = time.GetUtcNow(), Policy = policy, State = managed.State }, term, ends?.Token ?? stopping).ConfigureAwait(false);
            record = record with { Duration = time.GetElapsedTime(started) };
            Describe(activity, record);
            Report(managed, record);
            return record;
        }
        catch (Exception) when (term is { Ended.IsCancellationRequested: true } && !stopping.IsCancellationRequested)
        {
            throw gate.Refuse(managed.Target, what);
        }
        finally
        {
            managed.Turn.Release();
        }
    }

    private ValueTask<ScalingRecord> EvaluateAsync(ManagedTarget managed, ScalingRecord record, bool onlyIfEnabled, LeaderTerm term, CancellationToken stopping)
    {
        if (!record.Policy.Shadows.IsEmpty) return EvaluateWithShadowsAsync(managed, record, onlyIfEnabled, term, stopping);

        // What shadows remembered is out of date when there are shadows again.
        if (managed.Shadows.Length > 0) managed.Shadows = [];
        return EvaluateAsync(managed, record, answers: null, onlyIfEnabled, term, stopping);
    }

    private ValueTask<ScalingRecord> EvaluateWithShadowsAsync(ManagedTarget managed, ScalingRecord record, bool onlyIfEnabled, LeaderTerm term, CancellationToken stopping) =>
        shadows.EvaluateAsync(managed, record, answers => EvaluateAsync(managed, record, answers, onlyIfEnabled, term, stopping), stopping);

    private async ValueTask<ScalingRecord> EvaluateAsync(ManagedTarget managed, ScalingRecord record, SourceAnswers? answers, bool onlyIfEnabled, LeaderTerm term, CancellationToken stopping)
    {
        var policy = record.Policy;
        using var call = new PortCall(options.Value.EvaluationTimeout, time, stopping);
        try
        {
            var scaler = Scaler(policy);
            var replicas = await ReadReplicasAsync(managed, scaler, call).ConfigureAwait(false);
            if (!ReferenceEquals(record.State, managed.State)) record = record with { State = managed.State };
            var readings = await metrics.ReadAsync(managed, policy, call, answers, stopping).ConfigureAwait(false);

            // An answer may come at the very moment in which this copy ceases to lead.
            stopping.ThrowIfCancellationRequested();
            record = record with { At = time.GetUtcNow(), Observation = new() { Replicas = replicas, Metrics = readings } };

            var decision = ScalingDecisionEngine.Decide(policy, record.State, record.Observation, record.At);
            record = record with { Decision = decision };
            EvaluationLog.Decided(logger, managed, decision, call.SourceFailure);

            // Whoever disabled a service, or removed it, wants its replicas to stay as they are from then on.
            record = decision.From != decision.To && (managed.Removed || (onlyIfEnabled && !managed.Enabled))
                ? Remember(managed, record, ScaleOutcome.Rejected("it was disabled or removed meanwhile"))
                : await ActAsync(managed, scaler, call, record, term).ConfigureAwait(false);
            return record.Error is not null ? record
                : replicas.Refusal is { } refusal ? record with { ErrorKind = ScalingErrorKind.ScalingFailed, Error = $"'{record.Target}' is not scaled: {refusal}." }
                : decision.IsBlind ? record with { ErrorKind = ScalingErrorKind.MetricsUnavailable, Error = Explanation.Unreadable(decision) }
                : record;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // One target's trouble, of whatever type, is that target's record; the loop and the others go on.
            return Failed(managed, record, call, e);
        }
    }

    private async ValueTask<ScalingRecord> ScaleAsync(ManagedTarget managed, ScalingRecord record, int count, LeaderTerm term, CancellationToken stopping)
    {
        var range = record.Policy.Range;
        if (!range.Contains(count)) throw ScalingException.Invalid($"Replicas of '{record.Target}' must be between Min ({range.Min}) and Max ({range.Max}), but is {count}.");

        using var call = new PortCall(options.Value.EvaluationTimeout, time, stopping);
        try
        {
            var scaler = Scaler(record.Policy);
            var replicas = await ReadReplicasAsync(managed, scaler, call).ConfigureAwait(false);
            record = record with { State = managed.State, At = time.GetUtcNow(), Observation = new() { Replicas = replicas } };
            record = record with { Decision = ScalingDecision.Manual(record.Policy, replicas.Desired, count, record.At, record.State.Missed(replicas.Desired)) };
            return await ActAsync(managed, scaler, call, record, term).ConfigureAwait(false);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            return Failed(managed, record, call, e);
        }
    }

    private static async ValueTask<ReplicaStatus> ReadReplicasAsync(ManagedTarget managed, IScaler scaler, PortCall call)
    {
        if (managed.LostRead is { IsCompleted: false } || managed.Doubtful is { Call.IsCompleted: false })
            throw new ScalingException(ScalingErrorKind.ScalingFailed, "an earlier call has not come back yet");
        managed.LostRead = null;
        ReplicaStatus replicas;
        try
        {
            replicas = await call.RunAsync(scaler.GetReplicasAsync(managed.Target, call.Token)).ConfigureAwait(false);
        }
        catch (AbandonedCallException e)
        {
            managed.LostRead = e.Call;
            throw;
        }

        if (replicas is null || replicas.Desired < 0) throw new ScalingException(ScalingErrorKind.ScalingFailed, "the scaler returned no replica count");

        // A scaling that seemed to fail did take place after all: it is a scale event, with its cooldowns.
        if (managed.Doubtful is { } doubtful)
        {
            if (replicas.Desired == doubtful.Decision.To) managed.Happened(doubtful.Decision, ScaleOutcome.Applied);
            managed.Doubtful = null;
        }

        return replicas;
    }

    /// <summary>Takes in what became of a scaling whose call was given up and has come back since.</summary>
    private static void Settle(ManagedTarget managed)
    {
        if (managed.Doubtful is not { Call: { IsCompletedSuccessfully: true } call } doubtful || call.Result is not { } outcome) return;
        if (outcome.Kind == ScaleOutcomeKind.Applied) managed.Happened(doubtful.Decision, outcome);
        managed.Doubtful = null;
    }

    private static async ValueTask<ScalingRecord> ActAsync(ManagedTarget managed, IScaler scaler, PortCall call, ScalingRecord record, LeaderTerm term)
    {
        var decision = record.Decision!;
        if (decision.To == decision.From) return Remember(managed, record, ScaleOutcome.Unchanged);
        if (!term.IsCurrent) return Remember(managed, record, ScaleOutcome.Rejected(LeadsNoLonger));
        if (record.Observation?.Replicas.Refusal is { } refusal) return Remember(managed, record, ScaleOutcome.Rejected(refusal));
        ScaleOutcome outcome;
        call.Act(term.Ended);
        try
        {
            outcome = await call.RunAsync(scaler.ScaleAsync(record.Target, decision.From, decision.To, call.Token)).ConfigureAwait(false)
                ?? ScaleOutcome.Failed("the scaler returned no outcome");
        }
        catch (Exception e)
        {
            // Trouble with a target is an outcome, whatever its type. What was thrown does not say that nothing was done.
            outcome = ScaleOutcome.Failed(term.Ended.IsCancellationRequested ? LeadsNoLonger : call.Reason(e));
            managed.Doubtful = (decision, (e as AbandonedCallException)?.Call as Task<ScaleOutcome>);
        }

        return Remember(managed, record, outcome);
    }

    private static ScalingRecord Remember(ManagedTarget managed, ScalingRecord record, ScaleOutcome outcome)
    {
        var decision = record.Decision!;
        record = record with { Outcome = outcome, Next = record.State.After(decision, outcome) };
        managed.State = record.Next;
        if (record.IsManual) managed.TellShadows(decision, outcome);
        return outcome.Kind == ScaleOutcomeKind.Failed
            ? record with { ErrorKind = ScalingErrorKind.ScalingFailed, Error = $"'{record.Target}' could not be scaled from {decision.From} to {decision.To}: {outcome.Reason}." }
            : record;
    }

    private IScaler Scaler(ScalingPolicy policy) =>
        ports.Scaler(policy.Scaler) ?? throw new ScalingException(ScalingErrorKind.ScalingFailed, $"the scaler '{policy.Scaler}' is not registered");

    private ScalingRecord Failed(ManagedTarget managed, ScalingRecord record, PortCall call, Exception e)
    {
        var reason = call.Reason(e);
        EvaluationLog.NotEvaluated(logger, managed, reason, e);
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
        Changed?.Invoke(managed, record);
        EvaluationLog.Done(logger, managed, record);
        foreach (var observer in _observers)
        {
            try
            {
                observer.OnEvaluated(record);
                _observerTroubles.IsOver(Observer, observer);
            }
            catch (Exception e)
            {
                // An observer's fault must not stop the evaluation it looks at.
                var (error, trace, name) = (Phrase.Of(e), EvaluationLog.Trace(e), observer.GetType().Name);
                var level = _observerTroubles.Level(Observer, observer, error);
                Log.ObserverFailed(logger, level, name, error, trace);
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
