using AutoScaling.Deciding;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>
/// Evaluates the host's targets: one evaluation of a target at a time, while this copy leads, and all who want to know are told.
/// </summary>
internal sealed class TargetRunner
{
    private readonly TargetEvaluator _evaluator;
    private readonly ShadowEvaluator _shadows;
    private readonly IStateKeeper _keeper;
    private readonly EvaluationReport _report;
    private readonly Observers _observers;
    private readonly Telemetry _telemetry;
    private long _lastAt;

    public TargetRunner(
        TargetEvaluator evaluator,
        ShadowEvaluator shadows,
        LeaderGate gate,
        IStateKeeper keeper,
        EvaluationReport report,
        Observers observers,
        Telemetry telemetry)
    {
        _evaluator = evaluator;
        _shadows = shadows;
        _keeper = keeper;
        Terms = new(gate, keeper);
        _report = report;
        _observers = observers;
        _telemetry = telemetry;
    }

    /// <summary>The terms in which targets may be evaluated here.</summary>
    public TargetTerms Terms { get; }

    /// <summary>When anything was evaluated last, as UTC ticks; 0 if nothing was.</summary>
    public long LastAt => Volatile.Read(ref _lastAt);

    /// <summary>Evaluates a target that is due, on the thread that calls.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="lateness">How long after its due time.</param>
    /// <param name="overtaker">Who goes on if a port blocks the thread.</param>
    /// <param name="goesOn">Whether this is what it goes on with.</param>
    /// <param name="stopping">Cancelled when the host stops: only then is <see cref="OperationCanceledException"/> thrown.</param>
    /// <exception cref="ScalingException">This copy does not lead, or no longer (<see cref="ScalingErrorKind.ScalingFailed"/>).</exception>
    /// <exception cref="OvertakenException">A port has blocked the thread, and the overtaker has gone on.</exception>
    public ValueTask<ScalingRecord> EvaluateAsync(
        ManagedTarget managed, TimeSpan lateness, IOvertaker overtaker, bool goesOn, CancellationToken stopping) =>
        RunAsync(managed, new(null, lateness, overtaker, goesOn), stopping);

    /// <summary>Evaluates a target because someone asks for it. All observers have been told of it afterwards.</summary>
    /// <exception cref="ScalingException">This copy does not lead, or no longer (<see cref="ScalingErrorKind.ScalingFailed"/>).</exception>
    public async Task<ScalingRecord> EvaluateAsync(ManagedTarget managed, CancellationToken stopping)
    {
        var record = await RunAsync(managed, default, stopping).ConfigureAwait(false);
        await _observers.DrainAsync().ConfigureAwait(false);
        return record;
    }

    /// <summary>Scales a target to a count that someone asked for. All observers have been told of it afterwards.</summary>
    /// <exception cref="ScalingException">
    /// The count is outside the policy's range (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or this copy does not lead, or no
    /// longer (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    public async Task<ScalingRecord> ScaleAsync(ManagedTarget managed, ByHand asked, CancellationToken stopping)
    {
        var record = await RunAsync(managed, new(asked, null, null, false), stopping).ConfigureAwait(false);
        await _observers.DrainAsync().ConfigureAwait(false);
        return record;
    }

    /// <summary>Keeps what a person says about a target, and saves it before anything else is done to it.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="what">What is done, for sentences: <c>paused</c>.</param>
    /// <param name="say">Makes it of the time, or refuses; <see langword="null"/> takes back what was said.</param>
    /// <param name="stopping">Ends the wait.</param>
    /// <exception cref="ScalingException">
    /// It is refused (<see cref="ScalingErrorKind.InvalidConfiguration"/>); this copy does not lead, or it could not be saved
    /// (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    public async Task OverrideAsync(
        ManagedTarget managed, string what, Func<DateTimeOffset, ScalingOverride?> say, CancellationToken stopping)
    {
        await managed.Turn.EnterAsync(stopping).ConfigureAwait(false);
        try
        {
            if (await Terms.LoadAsync(managed, Terms.Begin(managed, what), stopping).ConfigureAwait(false) is { } unread)
                throw new ScalingException(ScalingErrorKind.ScalingFailed, $"'{managed.Target}' was not {what}: {unread}.");
            managed.Settle();
            var (before, said) = (managed.State.Override, say(_evaluator.Now));
            managed.State = managed.State.WithOverride(said);
            _report.Said(managed.Target, said, before);
            if (await _keeper.SaveNowAsync(managed).ConfigureAwait(false) is { } unsaved)
            {
                var sentence = $"'{managed.Target}' is {what} now, but a restart would forget that: "
                    + $"it could not be saved yet, because {unsaved}.";
                throw new ScalingException(ScalingErrorKind.ScalingFailed, sentence);
            }
        }
        finally
        {
            managed.Turn.Leave();
        }
    }

    /// <summary>Enables or disables a target, and has that saved, so that a restart does not forget it.</summary>
    public void Switch(ManagedTarget managed, bool enabled)
    {
        managed.Switch(enabled, _keeper.IsLoaded(managed));
        _keeper.Switched(managed);
    }

    /// <summary>Reads the metrics that a policy uses; what cannot be read says why.</summary>
    public ValueTask<ServiceMetrics> ReadAsync(ManagedTarget managed, CancellationToken stopping) =>
        _evaluator.ReadMetricsAsync(managed.Policy, managed.Calls, onPool: true, stopping);

    private async ValueTask<ScalingRecord> RunAsync(ManagedTarget managed, Request request, CancellationToken stopping)
    {
        if (!request.GoesOn) await managed.Turn.EnterAsync(stopping).ConfigureAwait(false);
        var hasTurn = true;
        LeaderTerm? term = null;
        try
        {
            term = Terms.Begin(managed, request.What);
            return Terms.MayEnd(term)
                ? await RunInTermAsync(managed, request, term, stopping).ConfigureAwait(false)
                : await RunInTurnAsync(managed, request, null, stopping).ConfigureAwait(false);
        }
        catch (OvertakenException)
        {
            // The turn belongs to who has gone on.
            hasTurn = false;
            throw;
        }
        catch (Exception) when (term is { Ended.IsCancellationRequested: true } && !stopping.IsCancellationRequested)
        {
            throw Terms.Refuse(managed, request.What);
        }
        finally
        {
            if (hasTurn) managed.Turn.Leave();
        }
    }

    /// <summary>Cut off when the term ends, too.</summary>
    private async ValueTask<ScalingRecord> RunInTermAsync(
        ManagedTarget managed, Request request, LeaderTerm term, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, term.Ended);
        var unread = await Terms.LoadAsync(managed, term, ends.Token).ConfigureAwait(false);
        if (request.Lateness is not null && !managed.Enabled) throw Terms.Refuse(managed, request.What);
        return await RunInTurnAsync(managed, request, (term, unread), ends.Token).ConfigureAwait(false);
    }

    /// <param name="managed">The target.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="begun">
    /// In which term it has begun, and that what is remembered of the target could not be loaded, so that nothing can be decided;
    /// <see langword="null"/> where there is only one term.
    /// </param>
    /// <param name="stopping">Cuts it off.</param>
    private async ValueTask<ScalingRecord> RunInTurnAsync(
        ManagedTarget managed, Request request, (LeaderTerm Term, string? Unread)? begun, CancellationToken stopping)
    {
        var activity = _telemetry.Begin();
        ScalingRecord? record = null;
        try
        {
            managed.Settle();
            var evaluation = new Evaluation
            {
                Policy = managed.Policy,
                State = managed.State,
                Calls = managed.Calls,
                OpenGate = Terms.Opener(begun?.Term, onlyIfEnabled: request.Lateness is not null),
                Of = managed,
                Overtaker = request.Overtaker,
                OnPool = request.Overtaker is null,
                Manual = request.Manual,
                Lateness = request.Lateness,
            };
            record = begun?.Unread is not { } unread
                ? await _evaluator.RunAsync(evaluation, stopping).ConfigureAwait(false)
                : evaluation.Failed(null, _evaluator.Now, unread, null, TimeSpan.Zero);
            var tried = record.Outcome.Kind == ScaleOutcomeKind.Applied || managed.Intended is not null;
            managed.State = record.Next;
            managed.Intended = null;

            // Before anything else: whatever happens now, what is remembered is saved.
            await _keeper.ChangedAsync(managed, tried).ConfigureAwait(false);
            if (!record.Policy.Shadows.IsEmpty || managed.Shadows.Length > 0)
                record = await RunShadowsAsync(managed, record, stopping).ConfigureAwait(false);
            if (record is { State.Override: { } over, Next.Override: null }) _report.IsOver(record.Target, over);
            var before = EvaluationReport.LooksBack(record) ? managed.LastDecided?.Decision : null;
            var number = managed.Record(record);
            Volatile.Write(ref _lastAt, record.At.UtcTicks);
            _report.Tell(record, before, managed.Calls, managed.Troubles);
            _observers.Tell(new(record, managed, number));
            return record;
        }
        finally
        {
            if (activity is not null) _telemetry.End(activity, record);
        }
    }

    private async ValueTask<ScalingRecord> RunShadowsAsync(ManagedTarget managed, ScalingRecord record, CancellationToken stopping)
    {
        if (record.Policy.Shadows.IsEmpty)
        {
            // What shadows remembered is out of date when there are shadows again.
            managed.Shadows = [];
        }
        else if (!record.IsManual)
        {
            var runs = managed.ShadowsOf(record.Policy, record.State);
            (record, managed.Shadows) = await _shadows.EvaluateAsync(record, runs, managed.Calls, managed.Troubles, stopping)
                .ConfigureAwait(false);
        }
        else if (record.Decision is { } decision)
        {
            managed.TellShadows(decision, record.Outcome);
        }

        return record;
    }

    /// <summary>What is asked for.</summary>
    /// <param name="Manual">The count that someone wants; <see langword="null"/> if metrics decide.</param>
    /// <param name="Lateness">How long after its due time; <see langword="null"/> if someone asked for it now.</param>
    /// <param name="Overtaker">Who goes on if a port blocks the thread; <see langword="null"/>: ports are called on other threads.</param>
    /// <param name="GoesOn">Whether it goes on in the turn of one whose thread is blocked.</param>
    private readonly record struct Request(ByHand? Manual, TimeSpan? Lateness, IOvertaker? Overtaker, bool GoesOn)
    {
        /// <summary>What is to be done to the target.</summary>
        public string What => Manual is null ? "evaluated" : "scaled";
    }
}
