using AutoScaling.Deciding;
using AutoScaling.Evaluating;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// Takes one target once through observe, decide, intend, act and remember: policy and state in, a record with the next state out. The
/// hosted loop is made of it; a scheduler of your own calls it as well.
/// </summary>
/// <remarks>
/// <para>
/// A call that does not come back is given up at its deadline, and that port of that target is not called again until it has. Ports are
/// called on the caller's thread: one that blocks it blocks the caller. The hosted loop goes on with another thread then.
/// </para>
/// <para>
/// Thread-safe, as long as one target has one evaluation at a time. It keeps nothing of a target: that is in the state and in <see
/// cref="TargetCalls"/>.
/// </para>
/// <para>
/// Whatever goes wrong with a target is in its record. What a scaler threw, or did not answer in time, may have taken place all the same:
/// the next state knows that it was begun (<see cref="ScalingRecord.Next"/>), and the next evaluation sees from the replicas what became
/// of it.
/// </para>
/// </remarks>
public sealed class TargetEvaluator : IDisposable
{
    /// <summary>How long an evaluation may take by default.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    private readonly Func<string?, IScaler?> _scalers;
    private readonly PortCaller _ports;
    private readonly MetricsReader _metrics;
    private readonly SharedReplicas _replicas = new();
    private readonly TimeProvider _time;
    private readonly Deadlines _deadlines;
    private volatile bool _isDisposed;

    /// <summary>Creates an evaluator for policies that name several scalers or metric sources.</summary>
    /// <param name="scalers">Finds a scaler by its name; no name is the default one. <see langword="null"/> if there is none.</param>
    /// <param name="sources">
    /// Finds a metric source by its name; no name is the default one. <see langword="null"/> if there is none.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="timeout">
    /// How long an evaluation may take: half of it to read, half of it to scale; to save the intent in between may take half of it, too.
    /// More than 0, at most 24 hours; <see cref="DefaultTimeout"/> if it is left out.
    /// </param>
    /// <exception cref="ScalingException">The timeout breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TargetEvaluator(
        Func<string?, IScaler?> scalers, Func<string?, IMetricsProvider?> sources, TimeProvider time, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(scalers);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(time);
        var held = new HeldThreads();
        _scalers = scalers;
        _ports = new(held);
        _metrics = new(sources, _ports);
        _time = time;
        _deadlines = new(time, Bounds.WithinADay.Check(timeout ?? DefaultTimeout, "Timeout") / 2, held);
    }

    /// <summary>Creates an evaluator for policies that name neither scaler nor metric source.</summary>
    /// <param name="scaler">The scaler.</param>
    /// <param name="metrics">The metric source.</param>
    /// <param name="time">The clock.</param>
    public TargetEvaluator(IScaler scaler, IMetricsProvider metrics, TimeProvider time)
        : this(name => name is null ? scaler : null, name => name is null ? metrics : null, time)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentNullException.ThrowIfNull(metrics);
    }

    /// <summary>Evaluates a target: reads its replicas and metrics, decides, and scales it if that changes anything.</summary>
    /// <param name="policy">How the target is scaled. Its shadows are not asked.</param>
    /// <param name="state">
    /// What is remembered of the target: <see cref="ScalingRecord.Next"/> of the evaluation before, <see cref="ScalingState.New"/> for the
    /// first.
    /// </param>
    /// <param name="calls">The target's calls that have not come back.</param>
    /// <param name="intend">
    /// Is asked before the target is scaled, with the decision and the state to save: once that is saved, a crash at any instant leads to
    /// no second scaling. It may refuse by a reason, the end of a sentence. <see langword="null"/>: nothing is saved, and nothing refused.
    /// </param>
    /// <param name="due">
    /// When the evaluation was due, if it has a rhythm: cooldowns and rate limits then count from there, so that those of one interval do
    /// not take two. <see langword="null"/>: it was not, and they count from the decision.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the evaluation while it reads. A scaling that has begun is not cut off: it would be done, and not remembered.
    /// </param>
    /// <returns>What was seen, decided and done. Go on with its <see cref="ScalingRecord.Next"/>.</returns>
    /// <exception cref="OperationCanceledException">It was ended before anything was decided.</exception>
    /// <exception cref="ObjectDisposedException">The evaluator was disposed.</exception>
    public ValueTask<ScalingRecord> EvaluateAsync(
        ScalingPolicy policy,
        ScalingState state,
        TargetCalls calls,
        Func<ScalingDecision, ScalingState, CancellationToken, ValueTask<string?>>? intend = null,
        DateTimeOffset? due = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(Settled(policy, state, calls, intend) with { Lateness = Now - due }, cancellationToken);

    /// <summary>
    /// Scales a target to a count that someone asked for. That is a scaling like any other: cooldowns and rate limits begin.
    /// </summary>
    /// <param name="policy">How the target is scaled.</param>
    /// <param name="state">What is remembered of the target.</param>
    /// <param name="calls">The target's calls that have not come back.</param>
    /// <param name="replicas">The count, inside the policy's range.</param>
    /// <param name="intend">As for <see cref="EvaluateAsync"/>.</param>
    /// <param name="cancellationToken">Ends it while it reads.</param>
    /// <returns>What was seen and done. Go on with its <see cref="ScalingRecord.Next"/>.</returns>
    /// <exception cref="ScalingException">
    /// The count is outside the range, another one is held, or the policy only recommends
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">It was ended before anything was decided.</exception>
    /// <exception cref="ObjectDisposedException">The evaluator was disposed.</exception>
    public ValueTask<ScalingRecord> ScaleAsync(
        ScalingPolicy policy,
        ScalingState state,
        TargetCalls calls,
        int replicas,
        Func<ScalingDecision, ScalingState, CancellationToken, ValueTask<string?>>? intend = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(Settled(policy, state, calls, intend) with { Manual = new ByHand(replicas) }, cancellationToken);

    /// <summary>Reads the metrics that a policy uses.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="calls">The target's calls that have not come back.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The readings; what cannot be read says why.</returns>
    public ValueTask<ServiceMetrics> ReadMetricsAsync(
        ScalingPolicy policy, TargetCalls calls, CancellationToken cancellationToken = default) =>
        ReadMetricsAsync(policy, calls, onPool: false, cancellationToken);

    /// <summary>Evaluates nothing any longer. What is under way scales nothing, unless the scaler has been asked to.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _deadlines.Dispose();
    }

    internal async ValueTask<ServiceMetrics> ReadMetricsAsync(
        ScalingPolicy policy, TargetCalls calls, bool onPool, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(calls);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var deadline = _deadlines.Begin(cancellationToken);
        deadline.IsOnPool = onPool;
        try
        {
            return await _metrics.ReadAsync(policy, calls, deadline, withShadows: false, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _deadlines.End(deadline);
        }
    }

    internal MetricsReader Metrics => _metrics;

    internal Deadlines Deadlines => _deadlines;

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Evaluates or scales a target of which nothing has come back late.</summary>
    internal async ValueTask<ScalingRecord> RunAsync(Evaluation evaluation, CancellationToken stopping)
    {
        var (policy, calls) = (evaluation.Policy, evaluation.Calls);
        if (evaluation.Manual is { } asked) Check(policy, evaluation.State, asked.Replicas);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        calls.Begin();
        var started = _time.GetTimestamp();
        var deadline = _deadlines.Begin(stopping);
        deadline.IsOnPool = evaluation.OnPool;
        if (evaluation.Overtaker is { } overtaker) deadline.Watch(overtaker, evaluation.Of, calls);
        var isReading = true;
        ScalingObservation? observation = null;
        try
        {
            var scaler = _scalers(policy.Scaler) ?? throw Failure($"the scaler '{policy.Scaler}' is not registered");
            var replicas = await ReadReplicasAsync(scaler, policy.Target, calls, deadline).ConfigureAwait(false);
            var readings = evaluation.Manual is null
                ? await _metrics.ReadAsync(policy, calls, deadline, withShadows: true, stopping).ConfigureAwait(false)
                : ServiceMetrics.Empty;

            // An answer may come at the very moment in which the evaluation is ended.
            stopping.ThrowIfCancellationRequested();
            _deadlines.End(deadline);
            isReading = false;
            observation = new() { Replicas = replicas, Metrics = readings };
            var at = _time.GetUtcNow();
            var decision = evaluation.Manual is { } wanted
                ? Manual(evaluation, replicas.Desired, wanted, at)
                : ScalingDecisionEngine.Decide(policy, evaluation.State, observation, at);
            if (decision.To == decision.From)
                return evaluation.Decided(observation, decision, ScaleOutcome.Unchanged, null, _time.GetElapsedTime(started));
            if (policy.Mode == ScalingMode.Recommend)
                return evaluation.Decided(observation, decision, ScaleOutcome.Recommended, null, _time.GetElapsedTime(started));
            decision = evaluation.InRhythm(decision, _time.GetElapsedTime(started));
            var gate = evaluation.Gate();
            var outcome = replicas.Refusal is { } refusal
                ? ScaleOutcome.Rejected(refusal)
                : await ActAsync(scaler, decision, evaluation, gate).ConfigureAwait(false);
            return evaluation.Decided(observation, decision, outcome, gate?.Warning, _time.GetElapsedTime(started));
        }
        catch (Exception e) when (e is not OvertakenException && !stopping.IsCancellationRequested)
        {
            // One target's trouble, of whatever type, is that target's record; the others go on.
            var reason = isReading ? deadline.Reason(e) : Phrase.Of(e);
            calls.Fail(reason, e);
            return evaluation.Failed(observation, _time.GetUtcNow(), reason, (e as ScalingException)?.Kind, _time.GetElapsedTime(started));
        }
        finally
        {
            if (isReading) _deadlines.End(deadline);
        }
    }

    private async ValueTask<ReplicaStatus> ReadReplicasAsync(
        IScaler scaler, ScalingTarget target, TargetCalls calls, Deadline deadline)
    {
        if (calls.ScalerIsBusy) throw Failure(calls.BusyReason(TargetCalls.Scaler));
        try
        {
            var replicas = await _ports.CallAsync(
                deadline, calls, TargetCalls.Scaler, (scaler, target),
                static (asked, stop) => asked.scaler.GetReplicasAsync(asked.target, stop))
                .ConfigureAwait(false);
            if (replicas is null || replicas.Desired < 0) throw Failure("the scaler returned no replica count");
            return _replicas.Of(replicas);
        }
        catch (AbandonedCallException e)
        {
            calls.AbandonReplicas(e.Call);
            throw;
        }
    }

    private async ValueTask<ScaleOutcome> ActAsync(IScaler scaler, ScalingDecision decision, Evaluation evaluation, ScalingGate? gate)
    {
        if (gate is not null && await AskAsync(gate, decision, evaluation.State).ConfigureAwait(false) is { } reason)
            return ScaleOutcome.Rejected(reason);
        if (_isDisposed) return ScaleOutcome.Rejected("the evaluator was disposed");
        var ended = gate?.Ended ?? CancellationToken.None;
        var deadline = _deadlines.Begin(ended);

        // Nobody can overtake it, as it must be known what became of it; and scalings are rare.
        deadline.IsOnPool = evaluation.OnPool || evaluation.Overtaker is not null;
        try
        {
            return await _ports.CallAsync(
                deadline,
                evaluation.Calls,
                TargetCalls.Scaler,
                (scaler, decision),
                static (asked, stop) => asked.scaler.ScaleAsync(asked.decision.Target, asked.decision.From, asked.decision.To, stop))
                .ConfigureAwait(false) ?? ScaleOutcome.Failed("the scaler returned no outcome");
        }
        catch (Exception e)
        {
            // Trouble with a target is an outcome, whatever its type. What was thrown does not say that nothing was done.
            if ((e as AbandonedCallException)?.Call is Task<ScaleOutcome> lost) evaluation.Calls.AbandonScaling(decision, lost);
            return ScaleOutcome.Doubtful(ended.IsCancellationRequested ? gate!.EndedBecause : deadline.Reason(e));
        }
        finally
        {
            _deadlines.End(deadline);
        }
    }

    private async ValueTask<string?> AskAsync(ScalingGate gate, ScalingDecision decision, ScalingState state)
    {
        var deadline = _deadlines.Begin(gate.Ended);
        try
        {
            return await gate.MayScaleAsync(decision, state.WithIntent(decision), deadline).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Who cannot say has not allowed it.
            return deadline.Reason(e);
        }
        finally
        {
            _deadlines.End(deadline);
        }
    }

    private static Evaluation Settled(
        ScalingPolicy policy,
        ScalingState state,
        TargetCalls calls,
        Func<ScalingDecision, ScalingState, CancellationToken, ValueTask<string?>>? intend)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(calls);
        if (calls.TakeLate() is var (decision, outcome)) state = state.After(decision, outcome);
        var gate = intend is null ? null : new FunctionGate(intend);
        Func<object, ScalingGate>? open = gate is null ? null : static gate => (ScalingGate)gate;
        return new() { Policy = policy, State = state, Calls = calls, Of = gate, OpenGate = open };
    }

    private void Check(ScalingPolicy policy, ScalingState state, int count)
    {
        if (policy.Mode == ScalingMode.Recommend)
            throw ScalingException.Invalid(
                $"'{policy.Target}' cannot be scaled by hand while its policy only recommends. Mode must be scale first.");
        policy.Range.Check(count, policy.Target);
        if (state.OverrideAt(policy, Now) is { Kind: ScalingOverrideKind.Hold } hold && hold.Replicas != count)
            throw ScalingException.Invalid(
                $"'{policy.Target}' cannot be scaled to {count}, because of what was said before. {hold}. Resume it first.");
    }

    private static ScalingDecision Manual(in Evaluation evaluation, int found, ByHand wanted, DateTimeOffset at)
    {
        var state = evaluation.State.Resolved(found, evaluation.Policy.Behavior.SafetyGuards);
        var missed = state.Missed(found);
        return ScalingDecision.Manual(evaluation.Policy, found, wanted, at, missed, state.SetBackSince(found, missed, at.UtcTicks));
    }

    private static ScalingException Failure(string reason) => new(ScalingErrorKind.ScalingFailed, reason);
}
